namespace Tandem.Ng;

/// <summary>What a request says about RTCP on the RTP port (RFC 5761); nothing: as the client does.</summary>
[Flags]
internal enum RtcpMux : byte
{
    None = 0,

    /// <summary>Offer it to the other side.</summary>
    Offer = 1,

    /// <summary>The other side takes it for certain: no port of its own is named for RTCP.</summary>
    Require = 2,

    /// <summary>Accept it from the client and do not offer it to the other side.</summary>
    Demux = 4,

    /// <summary>Accept it from the client.</summary>
    Accept = 8,

    /// <summary>Do not accept it from the client.</summary>
    Reject = 16,
}
