namespace Tandem.Storage;

/// <summary>What a program logs in with, for a person.</summary>
/// <param name="Scopes">What it may do, see <c>ApiScopes</c>; never more than its person's role allows.</param>
public sealed record AccessToken(int Id, string Person, string Name, IReadOnlyList<string> Scopes, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt,
    DateTimeOffset? LastUsedAt);
