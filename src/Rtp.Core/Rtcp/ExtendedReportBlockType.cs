namespace Rtp.Core.Rtcp;

/// <summary>Types of XR blocks that are read: RFC 3611 §4.</summary>
public enum ExtendedReportBlockType : byte
{
    /// <summary>The NTP time of one who sends no SR, to be echoed (§4.4).</summary>
    ReceiverReferenceTime = 4,

    /// <summary>The echo: for each, who sent it, its time and the delay since (§4.5).</summary>
    DelaySinceLastReceiverReport = 5,

    /// <summary>What a telephone makes of a call (§4.7).</summary>
    VoipMetrics = 7,
}
