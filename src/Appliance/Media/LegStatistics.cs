namespace Tandem.Media;

/// <summary>Counters and quality of one leg since it was created.</summary>
public readonly record struct LegStatistics
{
    public long PacketsSent { get; init; }

    /// <summary>Payload octets, without headers.</summary>
    public long OctetsSent { get; init; }

    /// <summary>RTP packets accepted from the peer's source.</summary>
    public long PacketsReceived { get; init; }

    /// <summary>Payload octets, without headers.</summary>
    public long OctetsReceived { get; init; }

    /// <summary>Packets that never came, by their sequence numbers.</summary>
    public long Lost { get; init; }

    public long Duplicates { get; init; }

    /// <summary>Came after a packet that was sent later.</summary>
    public long Late { get; init; }

    /// <summary>Came from another address than the learned source.</summary>
    public long Rejected { get; init; }

    /// <summary>No RTP or RTCP, or a payload type that was not agreed.</summary>
    public long Malformed { get; init; }

    /// <summary>Accepted, but the direction or the peer leg had no use for it.</summary>
    public long Discarded { get; init; }

    /// <summary>SRTP whose tag did not fit: forged, damaged, plain, under another key, or before there were keys.</summary>
    public long NotAuthentic { get; init; }

    /// <summary>SRTP that had come before, or came too late to know.</summary>
    public long Replayed { get; init; }

    /// <summary>Packets sent of what the connected leg received as it came, but for header, keys and the law of G.711.</summary>
    public long PacketsRelayed { get; init; }

    /// <summary>Packets sent that were made of what the connected leg received by decoding and encoding it.</summary>
    public long PacketsTranscoded { get; init; }

    /// <summary>ICE checks of the peer's that were authentic.</summary>
    public long Checks { get; init; }

    /// <summary>STUN that was garbled, not authentic, copied from another address, or claimed our role.</summary>
    public long RefusedChecks { get; init; }

    /// <summary>Packets that the kernel refused to send.</summary>
    public long SendFailures { get; init; }

    /// <summary>Inter-arrival jitter of what we receive, in ms (RFC 3550 A.8).</summary>
    public double JitterMs { get; init; }

    /// <summary>From the peer's last report; null before the first.</summary>
    public double? RoundTripMs { get; init; }

    /// <summary>What the peer's last report says of our stream: packets lost on the way to it.</summary>
    public long RemoteLost { get; init; }

    /// <summary>What the peer's last report says of our stream: its jitter there, in ms.</summary>
    public double RemoteJitterMs { get; init; }

    /// <summary>
    /// What people would say of what we receive, 1 to 4.5: MOS-CQE of the E-model over the whole leg, played out with concealment; null: nothing came.
    /// </summary>
    public double? MeanOpinion { get; init; }

    /// <summary>The same of what the peer receives, by its reports; null: it made none.</summary>
    public double? RemoteMeanOpinion { get; init; }

    public long RtcpSent { get; init; }

    public long RtcpReceived { get; init; }

    /// <summary>Keys received as RFC 4733 events.</summary>
    public int Digits { get; init; }
}
