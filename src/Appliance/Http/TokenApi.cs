using Tandem.Http.Access;
using Tandem.Storage;

namespace Tandem.Http;

/// <summary>Tokens: what programs log in with. Everybody has their own; admins see and remove all.</summary>
public static class TokenApi
{
    /// <summary>What a token looks like from the outside, so that a leaked one is recognised.</summary>
    public const string Prefix = "tnd_";

    private const int LongestDays = 3650;

    public sealed record TokenView(int Id, string Person, string Name, IReadOnlyList<string> Scopes, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt,
        [property: Live] DateTimeOffset? LastUsedAt);

    /// <param name="Name">What it is for.</param>
    /// <param name="Scopes">For example <c>calls:read</c>, <c>users:write</c>, <c>*:read</c>, <c>*</c>. Writing includes reading.</param>
    /// <param name="Days">Until it expires.</param>
    /// <param name="Person">Whose it is; null: the caller's.</param>
    public sealed record NewToken(string Name, IReadOnlyList<string> Scopes, int Days = 90, string? Person = null);

    /// <param name="Token">Shown once; only its hash is kept.</param>
    public sealed record TokenSecret(int Id, string Person, string Name, IReadOnlyList<string> Scopes, DateTimeOffset ExpiresAt, string Token);

    public sealed record TokenId(int Id);

    public static readonly ApiOperation<Nothing, IReadOnlyList<TokenView>> List = new("GET", "/tokens", async (context, _, cancellation) =>
        await context.Database.ReadAsync<IReadOnlyList<TokenView>>(session => [.. AccessTokenStore.List(session).Where(token => IsTheirs(context, token)).Select(View)],
            cancellation).ConfigureAwait(false));

    public static readonly ApiOperation<TokenId, TokenView> Show = new("GET", "/tokens/{id}", async (context, input, cancellation) =>
        await context.Database.ReadAsync(session => View(Find(context, session, input.Id)), cancellation).ConfigureAwait(false));

    public static readonly ApiOperation<NewToken, TokenSecret> Add = new("POST", "/tokens", async (context, input, cancellation) =>
    {
        ApiCaller caller = context.Caller;
        if (caller.Scopes is not null) throw new ApiException(403, "A token cannot make tokens.", "Log in with name and password.");
        Names.Check(input.Name.Trim().Length > 0, "The name is empty.", "Say what the token is for.", "name");
        Names.CheckText("name", input.Name, 255);
        Names.Check(input.Days is >= 1 and <= LongestDays, $"{input.Days} days are not possible.", $"Use 1 to {LongestDays}.");
        Names.Check(input.Scopes.Count > 0, "It has no scope.", "Use for example calls:read, or * for everything.", "scopes");
        foreach (string scope in input.Scopes)
            Names.Check(ApiScopes.IsValid(scope), $"'{scope}' is not a scope.", "Use AREA:read or AREA:write, *:read or *.", "scopes");
        string person = input.Person ?? caller.Name;
        if (person != caller.Name && caller.Role != ApiRole.Admin) throw new ApiException(403, "Only an admin makes tokens for others.", "Leave person out.");
        string secret = Prefix + Secrets.Make();
        return await context.ChangeAsync(session =>
        {
            if (PersonStore.Find(session, person) is null)
                throw Names.Fault(422, $"There is no person {person}.", "To add one: tandem person add NAME --role ROLE", "person");
            DateTimeOffset now = context.Clock.GetUtcNow();
            AccessToken made = AccessTokenStore.Add(session, person, input.Name, Secrets.Hash(secret), input.Scopes, now.AddDays(input.Days), now);
            return new TokenSecret(made.Id, made.Person, made.Name, made.Scopes, made.ExpiresAt, secret);
        }, cancellation).ConfigureAwait(false);
    })
    { Role = ApiRole.Viewer };

    public static readonly ApiOperation<TokenId, Nothing> Remove = new("DELETE", "/tokens/{id}", async (context, input, cancellation) =>
        await context.ChangeAsync(session =>
        {
            AccessTokenStore.Remove(session, Find(context, session, input.Id).Id);
            return Nothing.Value;
        }, cancellation).ConfigureAwait(false))
    { Role = ApiRole.Viewer };

    private static AccessToken Find(ApiContext context, DbSession session, int id) =>
        AccessTokenStore.List(session).Find(token => token.Id == id && IsTheirs(context, token))
        ?? throw new ApiException(404, $"There is no token {id}.", "To see which there are: tandem token list");

    private static bool IsTheirs(ApiContext context, AccessToken token) => context.Caller.Role == ApiRole.Admin || token.Person == context.Caller.Name;

    private static TokenView View(AccessToken token) =>
        new(token.Id, token.Person, token.Name, token.Scopes, token.CreatedAt, token.ExpiresAt, token.LastUsedAt);
}
