namespace Tandem.Storage;

/// <summary>A log-in through a browser.</summary>
/// <param name="IdHash">SHA-256 of what the cookie holds, in hex.</param>
/// <param name="Csrf">What requests that change something must bring besides the cookie.</param>
public sealed record WebSession(string IdHash, string Person, string Csrf, DateTimeOffset RotatedAt, DateTimeOffset SeenAt, DateTimeOffset ExpiresAt);
