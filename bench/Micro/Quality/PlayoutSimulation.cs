using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Codecs.TimeScale;
using Rtp.Core.Playout;

namespace Micro.Quality;

/// <summary>What a play-out buffer made of a <see cref="NetworkTrace"/>.</summary>
/// <param name="DelayMs">From the quickest arrival to being heard, mean over the packets heard.</param>
/// <param name="LateLost">Of the packets that arrived, the share never heard.</param>
/// <param name="Concealed">Sound made up for what was lost or late, to all sound.</param>
/// <param name="Scaled">Frames made shorter or longer, of all heard.</param>
internal readonly record struct PlayoutOutcome(double DelayMs, double LateLost, double Concealed, double Scaled);

/// <summary>The product's jitter buffer with its time scaling, and one that keeps a fixed delay, on the same arrivals; no clock, no socket.</summary>
internal static class PlayoutSimulation
{
    private const int Frame = 160, IndexOctets = 4, Voiced = 1000;
    private const int LateInARow = 15, TooLongMs = 60;    // a fixed buffer begins anew after so many late ones; beyond so much it leaves a packet out

    private static readonly double[] s_phasesMs = [2, 7, 12, 17];    // of the frames that go out, against those that come in

    private static readonly short[] s_voice = MadeSpeech.Say(7, Voiced / 50);

    /// <summary>As a transcoder uses it: pulled every 20 ms by the clock of the leg that sends. The mean of four legs, whose frames go out at other moments.</summary>
    public static PlayoutOutcome Adaptive(NetworkTrace trace)
    {
        PlayoutOutcome[] legs = [.. s_phasesMs.Select(phase => Adaptive(trace, phase))];
        return new PlayoutOutcome(legs.Average(leg => leg.DelayMs), legs.Average(leg => leg.LateLost), legs.Average(leg => leg.Concealed), legs.Average(leg => leg.Scaled));
    }

    private static PlayoutOutcome Adaptive(NetworkTrace trace, double phase)
    {
        var buffer = new JitterBuffer(new PlayoutOptions());
        var scaler = new TimeScaler(MadeSpeech.RateHz);
        var queue = new PcmQueue(1600);
        short[] output = new short[Frame];
        byte[] payload = new byte[2 * Frame + IndexOctets];
        int[] order = [.. Enumerable.Range(0, trace.Sent.Length).Where(i => !double.IsNaN(trace.Arrived[i])).OrderBy(i => trace.Arrived[i])];
        int next = 0, heard = 0, scaled = 0;
        double concealed = 0, delay = 0;
        for (double now = phase; next < order.Length; now += NetworkTrace.PacketMs)
        {
            for (; next < order.Length && trace.Arrived[order[next]] <= now; next++)
            {
                int i = order[next];
                MemoryMarshal.AsBytes(s_voice.AsSpan(i % Voiced * Frame, Frame)).CopyTo(payload);
                BinaryPrimitives.WriteInt32LittleEndian(payload.AsSpan(2 * Frame), i);
                buffer.Put(new PlayoutPacket(1, unchecked((ushort)i), unchecked((uint)i * Frame), false, Frame), payload, TimeSpan.FromMilliseconds(trace.Arrived[i]));
            }

            while (queue.Count < Frame)
            {
                double queued = queue.Count * 1000.0 / MadeSpeech.RateHz;
                PlayoutItem item = buffer.Take(TimeSpan.FromMilliseconds(now), TimeSpan.FromMilliseconds(queued));
                if (item.Kind != PlayoutKind.Frame)
                {
                    if (heard > 0) concealed += item.DurationTicks;
                    queue.Write(output.AsSpan(0, Math.Min(Frame, item.DurationTicks)));
                    continue;
                }

                int index = BinaryPrimitives.ReadInt32LittleEndian(item.Payload[(2 * Frame)..]);
                delay += now + queued - trace.Sent[index] - NetworkTrace.Quickest;
                heard++;
                int written = scaler.Process(MemoryMarshal.Cast<byte, short>(item.Payload[..(2 * Frame)]), (TimeScaleStep)item.Advice, queue.Room);
                if (written != Frame) scaled++;
                queue.Advance(written);
            }

            queue.TryRead(output);
        }

        return new PlayoutOutcome(delay / heard, (double)(order.Length - heard - buffer.Waiting) / order.Length, concealed / Frame / trace.Sent.Length, (double)scaled / heard);
    }

    /// <summary>The fixed one whose mean delay is this: where it has to begin anew its delay is not what it was made for.</summary>
    public static PlayoutOutcome FixedOfMean(NetworkTrace trace, double meanMs)
    {
        double low = 0, high = 400;
        while (high - low > 0.1)
        {
            double middle = (low + high) / 2;
            if (Fixed(trace, middle).DelayMs < meanMs) low = middle;
            else high = middle;
        }

        return Fixed(trace, high);
    }

    /// <summary>Hears each packet so long after the quickest way, to the microsecond; where the clocks run apart it begins anew.</summary>
    public static PlayoutOutcome Fixed(NetworkTrace trace, double delayMs)
    {
        double anchor = NetworkTrace.Quickest + delayMs, delay = 0, inserted = 0;
        int heard = 0, late = 0, inARow = 0;
        for (int i = 0; i < trace.Sent.Length; i++)
        {
            double due = anchor + i * NetworkTrace.PacketMs;
            if (double.IsNaN(trace.Arrived[i])) continue;
            if (trace.Arrived[i] > due)
            {
                late++;
                if (++inARow < LateInARow) continue;
                double later = Math.Ceiling((trace.Arrived[i] + delayMs - due) / NetworkTrace.PacketMs) * NetworkTrace.PacketMs;
                (anchor, inserted, inARow) = (anchor + later, inserted + later / NetworkTrace.PacketMs, 0);
                continue;
            }

            inARow = 0;
            double waits = due - trace.Sent[i] - NetworkTrace.Quickest;
            if (waits > delayMs + TooLongMs)
            {
                (anchor, late) = (anchor - NetworkTrace.PacketMs, late + 1);
                continue;
            }

            heard++;
            delay += waits;
        }

        return new PlayoutOutcome(delay / heard, (double)late / (trace.Sent.Length - trace.Lost), (late + trace.Lost + inserted) / trace.Sent.Length, 0);
    }
}
