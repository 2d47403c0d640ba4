namespace Tandem.Signalling;

/// <summary>How provisional responses are made reliable: the option tag <c>100rel</c> (RFC 3262).</summary>
public enum ReliableProvisional : byte
{
    /// <summary>Unknown to us: a request that requires it gets 420.</summary>
    Off,

    /// <summary>Done where the peer requires it, and for early media where it can.</summary>
    Supported,

    /// <summary>Our INVITEs require it.</summary>
    Required,
}
