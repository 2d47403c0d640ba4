namespace Tandem.Signalling;

/// <summary>The extensions that a session with one peer uses; what is null is as the user agent does it with everybody.</summary>
public sealed record SessionTerms
{
    /// <summary>Provisional responses that are acknowledged (RFC 3262).</summary>
    public ReliableProvisional? Reliable { get; init; }

    /// <summary>The session timer that we ask for (RFC 4028); zero: none, nor is the peer told that we know them.</summary>
    public TimeSpan? SessionExpires { get; init; }
}
