namespace Rtp.Core.Playout;

/// <summary>What a jitter buffer gives to be heard. Borrowed: good until the buffer is touched again.</summary>
public readonly ref struct PlayoutItem
{
    public required PlayoutKind Kind { get; init; }

    /// <summary>Of a frame its payload. Of a loss the payload of the packet right behind it, which may carry it again; empty where that one is missing too.</summary>
    public ReadOnlySpan<byte> Payload { get; init; }

    /// <summary>The caller's mark on that payload.</summary>
    public byte Tag { get; init; }

    /// <summary>Length on the RTP clock.</summary>
    public required int DurationTicks { get; init; }

    public PlayoutAdvice Advice { get; init; }

    /// <summary>It does not follow what was heard before (another source, or sound was left out): a decoder should start anew.</summary>
    public bool Discontinuity { get; init; }
}
