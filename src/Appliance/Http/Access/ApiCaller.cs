namespace Tandem.Http.Access;

/// <summary>Who asks, and from where.</summary>
/// <param name="Name">A person's, <c>owner</c> for the command line on the host; empty: not logged in.</param>
/// <param name="Source">An address, <c>control socket</c> or <c>command line</c>.</param>
public sealed record ApiCaller(string Name, ApiRole Role, string Source)
{
    /// <summary>Whoever may read the data folder may do everything.</summary>
    public const string OwnerName = "owner";

    /// <summary>What its token may be used for; null: all that its role may.</summary>
    public IReadOnlyList<string>? Scopes { get; init; }

    /// <summary>Of the web session, where it came with one.</summary>
    public string? SessionHash { get; init; }

    /// <summary>Of the web session: what changes must bring besides the cookie.</summary>
    public string? Csrf { get; init; }

    /// <summary>When the session or token ends.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Its password is good for choosing another only.</summary>
    public bool MustChangePassword { get; init; }

    /// <summary>What the cookie shall hold from now on; null: as it is.</summary>
    public string? NewCookie { get; init; }

    public static ApiCaller Owner(string source) => new(OwnerName, ApiRole.Admin, source);

    /// <exception cref="ApiException">It may not.</exception>
    public void CheckMay(ApiOperation operation) => CheckMay(operation.Role, operation.Scope, operation.Route);

    /// <inheritdoc cref="CheckMay(ApiOperation)"/>
    internal void CheckMay(ApiRole needed, string? scope, string route)
    {
        if (needed == ApiRole.None) return;
        if (Role == ApiRole.None) throw new ApiException(401, "This needs a log-in.", "POST /api/v1/session with name and password, or send Authorization: Bearer TOKEN.");
        if (Role < needed)
            throw new ApiException(403, $"This needs the role {Word(needed)}; {Name} is {Word(Role)}.", "Ask an admin.");
        if (scope is not null && Scopes is { } held && !ApiScopes.Cover(held, scope))
            throw new ApiException(403, $"This token lacks the scope {scope}.", "Make another with POST /api/v1/tokens.");
        if (MustChangePassword && !route.StartsWith("/session", StringComparison.Ordinal))
            throw new ApiException(403, "The password was made for you: choose your own first.", "PUT /api/v1/session/password with current_password and password.");
    }

    private static string Word(ApiRole role) => role.ToString().ToLowerInvariant();
}
