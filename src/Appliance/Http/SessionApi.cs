using System.Net;
using System.Text.Json.Nodes;
using Tandem.Http.Access;
using Tandem.Storage;

namespace Tandem.Http;

/// <summary>Logging in and out, and who one is.</summary>
public static class SessionApi
{
    /// <summary>Who is written down for a name that nobody has.</summary>
    internal const string Unknown = "(unknown)";

    public sealed record LogIn(string Name, string Password);

    public sealed record OwnPassword(string CurrentPassword, string Password);

    /// <param name="CsrfToken">To be sent as <c>X-CSRF-Token</c> with every change; null where no cookie was used.</param>
    /// <param name="Scopes">Of the token; null: no token, or none needed.</param>
    /// <param name="MustChangePassword">Nothing else is possible until <c>PUT /session/password</c>.</param>
    public sealed record SessionView(string Name, string Role, string? CsrfToken, DateTimeOffset? ExpiresAt, IReadOnlyList<string>? Scopes, bool MustChangePassword);

    public static readonly ApiOperation<LogIn, SessionView> Begin = new("POST", "/session", async (context, input, cancellation) =>
    {
        Names.Check(IPAddress.TryParse(context.Caller.Source, out IPAddress? remote), "Here nobody needs to log in.", "Use the web server.", null);
        try
        {
            ApiCaller caller = await context.Access.LogInAsync(input.Name, input.Password, remote!, cancellation).ConfigureAwait(false);
            await NoteAsync(context, "POST /session", caller.Name, "logged in", cancellation).ConfigureAwait(false);
            context.Reply.Cookie = caller.NewCookie;
            return View(caller);
        }
        catch (ApiException refused) when (refused.Status == 401)
        {
            await NoteAsync(context, "POST /session", input.Name, "refused", cancellation).ConfigureAwait(false);
            throw;
        }
    })
    { Role = ApiRole.None, Scope = null, IsChange = false };

    public static readonly ApiOperation<Nothing, SessionView> Show = new("GET", "/session", (context, _, _) => Task.FromResult(View(context.Caller)))
    { Scope = null };

    public static readonly ApiOperation<Nothing, Nothing> End = new("DELETE", "/session", async (context, _, cancellation) =>
    {
        string hash = SessionOf(context);
        await context.Database.WriteAsync(session =>
        {
            WebSessionStore.Remove(session, hash);
            return 0;
        }, cancellation).ConfigureAwait(false);
        await NoteAsync(context, "DELETE /session", context.Caller.Name, "logged out", cancellation).ConfigureAwait(false);
        context.Reply.Cookie = "";
        return Nothing.Value;
    })
    { Role = ApiRole.Viewer, Scope = null, IsChange = false };

    /// <summary>Logs out everywhere and in again here.</summary>
    public static readonly ApiOperation<OwnPassword, SessionView> Password = new("PUT", "/session/password", async (context, input, cancellation) =>
    {
        SessionOf(context);
        string name = context.Caller.Name;
        PersonPasswords.Check(input.Password, "password");
        Names.Check(input.Password != input.CurrentPassword, "The new password is the old one.", "Choose another.", "password");
        try
        {
            await context.Access.CheckPasswordAsync(name, input.CurrentPassword, IPAddress.Parse(context.Caller.Source), cancellation).ConfigureAwait(false);
        }
        catch (ApiException refused) when (refused.Status == 401)
        {
            await NoteAsync(context, "PUT /session/password", name, "refused", cancellation).ConfigureAwait(false);
            throw;
        }
        string hash = await PersonPasswords.HashAsync(name, input.Password, cancellation).ConfigureAwait(false);
        Person person = await context.ChangeAsync(session =>
        {
            PersonStore.SetPassword(session, name, hash, mustChange: false, context.Clock.GetUtcNow());
            WebSessionStore.RemoveOf(session, name);
            return PersonStore.Find(session, name)!;
        }, cancellation).ConfigureAwait(false);
        ApiCaller caller = await context.Access.BeginAsync(person, context.Caller.Source, cancellation).ConfigureAwait(false);
        context.Reply.Cookie = caller.NewCookie;
        return View(caller);
    })
    { Role = ApiRole.Viewer, Scope = null };

    /// <summary>
    /// Writes down who came and went. A name that nobody has is not written down: it is often a password in the wrong field. Tries that were not
    /// looked at, because there were too many, are not either.
    /// </summary>
    private static async Task NoteAsync(ApiContext context, string operation, string name, string outcome, CancellationToken cancellation)
    {
        string who = await context.Database.WriteAsync(session =>
        {
            string known = PersonStore.Find(session, name)?.Name ?? Unknown;
            AuditStore.Add(session, new AuditRecord(0, context.Clock.GetUtcNow(), known, context.Caller.Source, operation, "/session",
                new JsonObject { ["outcome"] = outcome }.ToJsonString(), null, null));
            return known;
        }, cancellation).ConfigureAwait(false);
        context.Events.Publish("session", ("who", who), ("source", context.Caller.Source), ("outcome", outcome));
    }

    private static string SessionOf(ApiContext context) => context.Caller.SessionHash
        ?? throw new ApiException(409, "There is no session: this came with a token or over the control socket.", "Tokens end by DELETE /api/v1/tokens/ID.");

    private static SessionView View(ApiCaller caller) =>
        new(caller.Name, caller.Role.ToString().ToLowerInvariant(), caller.Csrf, caller.ExpiresAt, caller.Scopes, caller.MustChangePassword);
}
