using Sip.Core.Sdp;
using Tandem.Configuration;
using Tandem.Storage;

namespace Tandem.Http;

/// <summary>Users: the accounts that phones register with.</summary>
public static class UserApi
{
    /// <param name="Codecs">Its own, in order of preference, separated by commas; empty: those of the host.</param>
    /// <param name="Srtp">Whether its media is encrypted: off, optional, required.</param>
    /// <param name="CallerId">The number that the outside sees, in E.164; null: none of its own.</param>
    public sealed record UserView(string Name, string DisplayName, string Realm, [property: Live] int Registrations, string Codecs, string Srtp, string? CallerId);

    public sealed record NewUser(string Name, string? Password = null, string? DisplayName = null, bool Extension = true,
        string? Codecs = null, string? Srtp = null);

    /// <param name="Codecs">In order of preference, separated by commas; empty: those of the host. Null: as it was.</param>
    /// <param name="Srtp">off, optional, required. Null: as it was.</param>
    /// <param name="CallerId">The number that the outside sees; empty: none. Null: as it was.</param>
    public sealed record UserChange(string Name, string? Codecs = null, string? Srtp = null, string? CallerId = null);

    public sealed record NewPassword(string Name, string? Password = null);

    /// <param name="Password">The password that was made, to be shown once; null where the caller gave one.</param>
    public sealed record UserSecret(string Name, string Realm, string? Password);

    public sealed record UserName(string Name);

    public static readonly ApiOperation<Nothing, IReadOnlyList<UserView>> List = new("GET", "/users", async (context, _, cancellation) =>
        await context.Database.ReadAsync<IReadOnlyList<UserView>>(session => Views(context, session), cancellation).ConfigureAwait(false));

    public static readonly ApiOperation<UserName, UserView> Show = new("GET", "/users/{name}", async (context, input, cancellation) =>
        await context.Database.ReadAsync(session => Views(context, session).Find(user => user.Name == input.Name) ?? throw NoUser(input.Name), cancellation)
            .ConfigureAwait(false));

    public static readonly ApiOperation<NewUser, UserSecret> Add = new("POST", "/users", async (context, input, cancellation) =>
    {
        Names.CheckUser(input.Name);
        string display = input.DisplayName ?? input.Name;
        Names.CheckText("display name", display, 255, "display_name");
        IReadOnlyList<CodecName> codecs = CodecsOf(input.Codecs);
        SrtpMode? srtp = SrtpOf(input.Srtp);
        (User user, string? made) = WithPassword(context, input.Name, display, input.Password);
        await context.ChangeAsync(session =>
        {
            if (UserStore.List(session).Any(existing => existing.Name == input.Name))
                throw Names.Fault(409, $"User {input.Name} exists already.", $"For a new password: tandem user password {input.Name}", "name");
            UserStore.Save(session, user, context.Clock.GetUtcNow());
            if (codecs.Count > 0) UserStore.SetCodecs(session, user.Name, codecs, context.Clock.GetUtcNow());
            if (srtp is { } mode) UserStore.SetSrtp(session, user.Name, mode, context.Clock.GetUtcNow());
            if (input.Extension && ExtensionStore.List(session).All(extension => extension.Number != input.Name))
                ExtensionStore.Save(session, new Extension(input.Name, ExtensionKind.User, input.Name), context.Clock.GetUtcNow());
            return 0;
        }, cancellation).ConfigureAwait(false);
        return new UserSecret(user.Name, user.Realm, made);
    });

    public static readonly ApiOperation<NewPassword, UserSecret> Password = new("PUT", "/users/{name}/password", async (context, input, cancellation) =>
        await context.ChangeAsync(session =>
        {
            User before = UserStore.List(session).Find(existing => existing.Name == input.Name) ?? throw NoUser(input.Name);
            (User user, string? made) = WithPassword(context, input.Name, before.DisplayName, input.Password);
            UserStore.Save(session, user, context.Clock.GetUtcNow());
            return new UserSecret(user.Name, user.Realm, made);
        }, cancellation).ConfigureAwait(false));

    public static readonly ApiOperation<UserChange, Nothing> Change = new("PUT", "/users/{name}", async (context, input, cancellation) =>
    {
        IReadOnlyList<CodecName> codecs = CodecsOf(input.Codecs);
        SrtpMode? srtp = SrtpOf(input.Srtp);
        string? callerId = CallerIdOf(context, input.CallerId);
        return await context.ChangeAsync(session =>
        {
            if (!UserStore.List(session).Exists(existing => existing.Name == input.Name)) throw NoUser(input.Name);
            if (input.Codecs is not null) UserStore.SetCodecs(session, input.Name, codecs, context.Clock.GetUtcNow());
            if (srtp is { } mode) UserStore.SetSrtp(session, input.Name, mode, context.Clock.GetUtcNow());
            if (input.CallerId is not null) UserStore.SetCallerId(session, input.Name, callerId, context.Clock.GetUtcNow());
            return Nothing.Value;
        }, cancellation).ConfigureAwait(false);
    });

    public static readonly ApiOperation<UserName, Nothing> Remove = new("DELETE", "/users/{name}", async (context, input, cancellation) =>
        await context.ChangeAsync(session =>
        {
            Uses.OfUser(session, input.Name).Refuse($"User {input.Name}");
            if (!UserStore.Remove(session, input.Name)) throw NoUser(input.Name);
            foreach (Extension extension in ExtensionStore.List(session))
                if (extension.Kind == ExtensionKind.User && extension.Target == input.Name) ExtensionStore.Remove(session, extension.Number);
            return Nothing.Value;
        }, cancellation).ConfigureAwait(false));

    private static List<UserView> Views(ApiContext context, DbSession session)
    {
        Dictionary<string, int> registered = session.Query("SELECT user_name, COUNT(*) FROM registrations WHERE expires_at > @now GROUP BY user_name",
            row => (Name: row.Text(0), Count: row.Int(1)), ("now", context.Clock.GetUtcNow())).ToDictionary(row => row.Name, row => row.Count);
        return [.. UserStore.List(session).Select(user =>
            new UserView(user.Name, user.DisplayName, user.Realm, registered.GetValueOrDefault(user.Name), string.Join(',', user.Codecs),
                user.Srtp.ToText(), user.CallerId))];
    }

    private static (User User, string? Made) WithPassword(ApiContext context, string name, string display, string? password)
    {
        if (password is not null)
        {
            Names.Check(password.Length > 0, "The password is empty.", "Give one, or none at all to have one made.");
            Names.CheckText("password", password, 255);
        }
        string used = password ?? Passwords.Generate();
        return (User.WithPassword(name, display, context.Options.Sip.Realm, used), password is null ? used : null);
    }

    private static IReadOnlyList<CodecName> CodecsOf(string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return [];
        bool valid = CodecName.TryParseList(text, out IReadOnlyList<CodecName> codecs);
        Names.Check(valid, $"\"{text}\" is no list of codecs.", $"Allowed, each once and separated by commas: {CodecName.Known}.", "codecs");
        return codecs;
    }

    private static SrtpMode? SrtpOf(string? text)
    {
        if (text is null) return null;
        bool valid = SrtpModeText.TryParse(text, out SrtpMode mode);
        Names.Check(valid, $"\"{text}\" is no way to use SRTP.", $"Allowed: {SrtpModeText.Known}.", "srtp");
        return mode;
    }

    private static string? CallerIdOf(ApiContext context, string? text) => string.IsNullOrWhiteSpace(text) ? null
        : context.Home.ToE164(text) ?? throw Fields.Fault(400, "caller_id", $"'{text}' is not a number of the world.", "Write it with + and country code, for example +34911234567.");

    private static ApiException NoUser(string name) => new(404, $"There is no user {name}.", "To see who there is: tandem user list");
}
