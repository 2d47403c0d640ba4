namespace Codecs.Opus;

/// <summary>What a packet says of itself, without decoding it: RFC 6716 §3.</summary>
/// <param name="Mode">The coder that made it.</param>
/// <param name="Bandwidth">The width of its sound.</param>
/// <param name="Channels">1 or 2.</param>
/// <param name="Frames">1 to 48.</param>
/// <param name="FrameSamplesAt48k">Length of one frame on the RTP clock of Opus: 120 (2.5 ms) to 2880 (60 ms).</param>
/// <param name="IsSilence">No frame holds anything: what a sender in DTX sends in between (a frame of 0 or 1 byte; RFC 6716 §2.1.9).</param>
public readonly record struct OpusPacket(OpusMode Mode, OpusBandwidth Bandwidth, int Channels, int Frames, int FrameSamplesAt48k, bool IsSilence)
{
    public const int ClockRateHz = 48_000;     // RFC 7587 §4.1, whatever the rate of the sound

    private const int MaxFrameBytes = 1275;    // R2
    private const int MaxSamples = 5760;       // R5: 120 ms

    /// <summary>Length of the whole packet on the RTP clock.</summary>
    public int DurationAt48k => Frames * FrameSamplesAt48k;

    /// <summary>Length on the RTP clock; 0: malformed.</summary>
    public static int SamplesAt48k(ReadOnlySpan<byte> packet) => TryParse(packet, out OpusPacket parsed) ? parsed.DurationAt48k : 0;

    /// <summary>Reads the table-of-contents byte and the lengths of the frames. Never throws.</summary>
    /// <returns>False where the packet breaks a rule of §3.4 (R1 to R7): it must not be given to a decoder.</returns>
    public static bool TryParse(ReadOnlySpan<byte> packet, out OpusPacket parsed)
    {
        parsed = default;
        if (packet.IsEmpty) return false;    // R1
        int toc = packet[0], configuration = toc >> 3;
        int samples = FrameLength(configuration);
        int frames, longest;
        ReadOnlySpan<byte> rest = packet[1..];
        switch (toc & 3)
        {
            case 0:
                (frames, longest) = (1, rest.Length);
                break;
            case 1:
                if (rest.Length % 2 != 0) return false;    // R3
                (frames, longest) = (2, rest.Length / 2);
                break;
            case 2:
                if (!TryReadLength(ref rest, out int first) || first > rest.Length) return false;    // R4
                (frames, longest) = (2, Math.Max(first, rest.Length - first));
                break;
            default:
                if (!TryReadMany(rest, samples, out frames, out longest)) return false;
                break;
        }

        if (longest > MaxFrameBytes || frames * samples > MaxSamples) return false;
        parsed = new OpusPacket(ModeOf(configuration), BandwidthOf(configuration), (toc & 4) != 0 ? 2 : 1, frames, samples, longest <= 1);
        return true;
    }

    // Code 3 (§3.2.5): a count byte, padding, and lengths of all frames but the last where they differ (R6, R7).
    private static bool TryReadMany(ReadOnlySpan<byte> rest, int samples, out int frames, out int longest)
    {
        (frames, longest) = (0, 0);
        if (rest.IsEmpty) return false;
        int header = rest[0];
        frames = header & 0x3F;
        if (frames == 0 || frames * samples > MaxSamples) return false;
        rest = rest[1..];
        if ((header & 0x40) != 0)
        {
            int padding = 0;
            byte more;
            do
            {
                if (rest.IsEmpty) return false;
                more = rest[0];
                rest = rest[1..];
                padding += more == 255 ? 254 : more;
            }
            while (more == 255);
            if (padding > rest.Length) return false;
            rest = rest[..^padding];
        }

        if ((header & 0x80) == 0)
        {
            longest = rest.Length / frames;
            return longest * frames == rest.Length;
        }

        int told = 0;
        for (int i = 0; i < frames - 1; i++)
        {
            if (!TryReadLength(ref rest, out int length)) return false;
            told += length;
            longest = Math.Max(longest, length);
        }

        longest = Math.Max(longest, rest.Length - told);
        return told <= rest.Length;
    }

    // One or two bytes: §3.2.1.
    private static bool TryReadLength(ref ReadOnlySpan<byte> rest, out int length)
    {
        length = 0;
        if (rest.IsEmpty) return false;
        length = rest[0];
        if (length >= 252)
        {
            if (rest.Length < 2) return false;
            length += 4 * rest[1];
            rest = rest[1..];
        }

        rest = rest[1..];
        return true;
    }

    private static OpusMode ModeOf(int configuration) => configuration switch
    {
        < 12 => OpusMode.Silk,
        < 16 => OpusMode.Hybrid,
        _ => OpusMode.Celt,
    };

    private static OpusBandwidth BandwidthOf(int configuration) => configuration switch
    {
        < 4 or (>= 16 and < 20) => OpusBandwidth.Narrow,
        < 8 => OpusBandwidth.Medium,
        < 12 or (>= 20 and < 24) => OpusBandwidth.Wide,
        < 14 or (>= 24 and < 28) => OpusBandwidth.SuperWide,
        _ => OpusBandwidth.Full,
    };

    // In samples of 48 kHz: 10 20 40 60 ms in SILK, 10 20 in hybrid, 2.5 5 10 20 in CELT.
    private static int FrameLength(int configuration) => configuration switch
    {
        < 12 => (configuration & 3) == 3 ? 2880 : 480 << (configuration & 3),
        < 16 => 480 << (configuration & 1),
        _ => 120 << (configuration & 3),
    };
}
