namespace Tandem.Media;

/// <summary>What a tap knows of a payload that passed its leg. Blittable: it travels through the tap's ring.</summary>
internal struct TappedFrame
{
    /// <summary>When the leg received or sent it, monotonic.</summary>
    public TimeSpan At;

    public uint Ssrc;

    /// <summary>In units of the codec's RTP clock.</summary>
    public uint Timestamp;

    public AudioCodec Codec;

    /// <summary>True: towards the peer; false: from it.</summary>
    public bool IsSent;
}
