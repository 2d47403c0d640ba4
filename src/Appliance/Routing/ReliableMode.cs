namespace Tandem.Routing;

/// <summary>Whether provisional responses to and from a carrier are acknowledged: <c>100rel</c> (RFC 3262).</summary>
public enum ReliableMode : byte
{
    /// <summary>As the host does it with everybody.</summary>
    Host,

    /// <summary>Never; a call from it that requires it gets 420.</summary>
    Off,

    /// <summary>Where the carrier requires it, and for early media where it can.</summary>
    Supported,

    /// <summary>Calls to it require it, and calls from it get it wherever it can.</summary>
    Required,
}
