using Interop.Audio;

namespace Interop.Peers;

/// <summary>One packet as it arrived.</summary>
/// <param name="At">Nanoseconds on the kernel's clock when it reached the socket, not when somebody read it.</param>
public readonly record struct RtpArrival(long At, ushort Sequence, uint Timestamp, uint Ssrc, byte PayloadType, bool Marker, byte[] Payload);

/// <summary>Everything that came to one port, in the order of arrival, and what is wrong with it.</summary>
public sealed class RtpStream(int port)
{
    private readonly List<RtpArrival> _packets = [];

    public int Port => port;

    public IReadOnlyList<RtpArrival> Packets => _packets;

    public void Add(RtpArrival packet) => _packets.Add(packet);

    /// <summary>Audio only: telephone-events keep one timestamp for many packets.</summary>
    public IEnumerable<RtpArrival> Audio => _packets.Where(p => p.PayloadType is 0 or 8);

    /// <summary>Packets that are missing, came twice or came out of order.</summary>
    public int SequenceErrors => _packets.Zip(_packets.Skip(1)).Count(p => unchecked((ushort)(p.Second.Sequence - p.First.Sequence)) != 1);

    /// <summary>
    /// Audio packets whose timestamp is not 160 after the one before. A new talk spurt (marker) may jump forward.
    /// </summary>
    public int TimestampErrors => Audio.Zip(Audio.Skip(1)).Count(p => Step(p.First, p.Second) is not 160 and var step
        && !(p.Second.Marker && step is > 0 and < int.MaxValue));

    public int Sources => _packets.Select(p => p.Ssrc).Distinct().Count();

    /// <summary>How far each packet inside a talk spurt was from 20 ms after the one before, in ms.</summary>
    public IEnumerable<double> PacingMs => Audio.Zip(Audio.Skip(1)).Where(p => Step(p.First, p.Second) == 160)
        .Select(p => Math.Abs((p.Second.At - p.First.At) / 1e6 - 20));

    /// <summary>What was heard: PCMU decoded and put where the timestamps say.</summary>
    public Sound ToSound()
    {
        RtpArrival[] audio = [.. Audio];
        if (audio.Length == 0) return new Sound([]);
        uint first = audio[0].Timestamp;
        int length = (int)audio.Max(p => unchecked(p.Timestamp - first)) + 160;
        short[] samples = new short[length];
        foreach (RtpArrival packet in audio)
        {
            int at = (int)unchecked(packet.Timestamp - first);
            for (int i = 0; i < packet.Payload.Length && at + i < length; i++) samples[at + i] = MuLaw(packet.Payload[i]);
        }
        return new Sound(samples);
    }

    private static uint Step(RtpArrival one, RtpArrival next) => unchecked(next.Timestamp - one.Timestamp);

    /// <summary>ITU-T G.711, table 2a, written out again: the product's own table is under test.</summary>
    private static short MuLaw(byte code)
    {
        int inverted = ~code & 0xff;
        int magnitude = ((((inverted & 0x0f) << 3) + 0x84) << ((inverted & 0x70) >> 4)) - 0x84;
        return (short)((inverted & 0x80) != 0 ? -magnitude : magnitude);
    }
}
