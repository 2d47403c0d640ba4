using Tandem.Http.Access;
using Tandem.Storage;

namespace Tandem.Http;

/// <summary>People: who may use this API, and as what.</summary>
public static class PeopleApi
{
    /// <param name="LastLoginAt">Null: never.</param>
    public sealed record PersonView(string Name, string Role, bool Enabled, bool MustChangePassword, DateTimeOffset CreatedAt, [property: Live] DateTimeOffset? LastLoginAt);

    /// <param name="Role"><c>admin</c>, <c>operator</c> or <c>viewer</c>.</param>
    /// <param name="Password">Null: one is made, shown once, and must be changed at the first log-in.</param>
    public sealed record NewPerson(string Name, string Role, string? Password = null);

    /// <param name="Role">Null: as it was.</param>
    /// <param name="Enabled">Null: as it was.</param>
    public sealed record PersonChange(string Name, string? Role = null, bool? Enabled = null);

    public sealed record PersonPassword(string Name, string? Password = null);

    public sealed record PersonName(string Name);

    /// <param name="Password">The one that was made, to be shown once; null where the caller gave one.</param>
    public sealed record PersonSecret(string Name, string Role, string? Password);

    public static readonly ApiOperation<Nothing, IReadOnlyList<PersonView>> List = new("GET", "/people", async (context, _, cancellation) =>
        await context.Database.ReadAsync<IReadOnlyList<PersonView>>(session => [.. PersonStore.List(session).Select(View)], cancellation).ConfigureAwait(false))
    { Role = ApiRole.Admin };

    public static readonly ApiOperation<PersonName, PersonView> Show = new("GET", "/people/{name}", async (context, input, cancellation) =>
        await context.Database.ReadAsync(session => View(Find(session, input.Name)), cancellation).ConfigureAwait(false))
    { Role = ApiRole.Admin };

    public static readonly ApiOperation<NewPerson, PersonSecret> Add = new("POST", "/people", async (context, input, cancellation) =>
    {
        Names.CheckUser(input.Name);
        Names.Check(input.Name != ApiCaller.OwnerName, "That name stands for the command line on the host.", "Take another.", "name");
        string role = RoleOf(input.Role);
        (string hash, string? made) = await HashAsync(input.Name, input.Password, cancellation).ConfigureAwait(false);
        return await context.ChangeAsync(session =>
        {
            if (PersonStore.Find(session, input.Name) is not null)
                throw Names.Fault(409, $"{input.Name} exists already.", $"For a new password: tandem person password {input.Name}", "name");
            PersonStore.Add(session, input.Name, role, hash, mustChange: made is not null, context.Clock.GetUtcNow());
            return new PersonSecret(input.Name, role, made);
        }, cancellation).ConfigureAwait(false);
    });

    public static readonly ApiOperation<PersonChange, PersonView> Change = new("PUT", "/people/{name}", async (context, input, cancellation) =>
    {
        string? role = input.Role is null ? null : RoleOf(input.Role);
        return await context.ChangeAsync(session =>
        {
            Person before = Find(session, input.Name);
            (string asked, bool enabled) = (role ?? before.Role, input.Enabled ?? before.Enabled);
            if (asked != AdminRole || !enabled) KeepAnAdmin(session, before);
            PersonStore.Change(session, input.Name, asked, enabled, context.Clock.GetUtcNow());
            if (!enabled) WebSessionStore.RemoveOf(session, input.Name);
            return View(Find(session, input.Name));
        }, cancellation).ConfigureAwait(false);
    });

    /// <summary>A new password; the person is logged out everywhere.</summary>
    public static readonly ApiOperation<PersonPassword, PersonSecret> Password = new("PUT", "/people/{name}/password", async (context, input, cancellation) =>
    {
        (string hash, string? made) = await HashAsync(input.Name, input.Password, cancellation).ConfigureAwait(false);
        return await context.ChangeAsync(session =>
        {
            Person person = Find(session, input.Name);
            PersonStore.SetPassword(session, person.Name, hash, mustChange: made is not null, context.Clock.GetUtcNow());
            WebSessionStore.RemoveOf(session, person.Name);
            return new PersonSecret(person.Name, person.Role, made);
        }, cancellation).ConfigureAwait(false);
    });

    public static readonly ApiOperation<PersonName, Nothing> Remove = new("DELETE", "/people/{name}", async (context, input, cancellation) =>
        await context.ChangeAsync(session =>
        {
            KeepAnAdmin(session, Find(session, input.Name));
            PersonStore.Remove(session, input.Name);
            return Nothing.Value;
        }, cancellation).ConfigureAwait(false));

    private const string AdminRole = "admin";

    private static Person Find(DbSession session, string name) => PersonStore.Find(session, name)
        ?? throw new ApiException(404, $"There is no person {name}.", "To see who there is: tandem person list");

    private static void KeepAnAdmin(DbSession session, Person goes)
    {
        if (goes is not { Role: AdminRole, Enabled: true }) return;
        if (PersonStore.List(session).Any(other => other.Name != goes.Name && other is { Role: AdminRole, Enabled: true })) return;
        throw new ApiException(409, $"{goes.Name} is the only admin.", "Make somebody else admin first.");
    }

    private static PersonView View(Person person) =>
        new(person.Name, person.Role, person.Enabled, person.MustChangePassword, person.CreatedAt, person.LastLoginAt);

    private static string RoleOf(string text)
    {
        bool valid = Enum.TryParse(text, ignoreCase: true, out ApiRole role) && role != ApiRole.None && Enum.IsDefined(role) && !char.IsDigit(text[0]);
        Names.Check(valid, $"'{text}' is not a role.", "Use admin, operator or viewer.", "role");
        return role.ToString().ToLowerInvariant();
    }

    private static async Task<(string Hash, string? Made)> HashAsync(string name, string? password, CancellationToken cancellation)
    {
        if (password is not null) PersonPasswords.Check(password, "password");
        string used = password ?? Passwords.Generate();
        return (await PersonPasswords.HashAsync(name, used, cancellation).ConfigureAwait(false), password is null ? used : null);
    }
}
