using Codecs.Opus;
using Rtp.Core.Playout;

namespace Micro.Quality;

/// <summary>Speech in Opus over a network that loses packets, heard through the product's jitter buffer: what redundancy is worth. No clock, no socket.</summary>
internal static class LossSimulation
{
    private const int Frame = MadeSpeech.RateHz / 50, FrameAt48k = 960, KilobitsPerSecond = 32;

    /// <param name="speech">At 8000 Hz.</param>
    /// <param name="lost">Of its packets of 20 ms.</param>
    /// <param name="application">Low-delay knows no redundancy.</param>
    /// <param name="redundancyFor">Percent of loss that redundancy is laid out for; 0: none is sent.</param>
    public static SpeechDistance Hear(short[] speech, bool[] lost, OpusApplication application, int redundancyFor)
    {
        using var encoder = new OpusEncoder(MadeSpeech.RateHz, 1, application)
        {
            Complexity = 0,
            BitrateBps = KilobitsPerSecond * 1000,
            InbandFec = redundancyFor > 0,
            ExpectedLossPercent = redundancyFor,
            Signal = OpusSignal.Voice,
        };
        using var decoder = new OpusDecoder(MadeSpeech.RateHz, 1);
        var buffer = new JitterBuffer(new PlayoutOptions { ClockRateHz = 48_000 }) { HasRedundancy = redundancyFor > 0 };
        int frames = speech.Length / Frame;
        var heard = new List<short>();
        byte[] packet = new byte[OpusEncoder.MaxPacketBytes];
        short[] pcm = new short[6 * Frame];
        for (int tick = 0; heard.Count < frames * Frame; tick++)
        {
            TimeSpan now = TimeSpan.FromMilliseconds(20 * tick);
            if (tick < frames)
            {
                int length = encoder.Encode(speech.AsSpan(tick * Frame, Frame), packet);
                if (!lost[tick]) buffer.Put(new PlayoutPacket(1, (ushort)tick, (uint)(tick * FrameAt48k), false, FrameAt48k), packet.AsSpan(0, length), now);
            }

            PlayoutItem item = buffer.Take(now + TimeSpan.FromMilliseconds(1), TimeSpan.Zero);
            if (item.Kind == PlayoutKind.Silence && heard.Count == 0 && tick < frames) continue;    // what came first waits
            Span<short> piece = pcm.AsSpan(0, item.DurationTicks / (FrameAt48k / Frame));
            if (item.Kind == PlayoutKind.Frame) piece = pcm.AsSpan(0, decoder.Decode(item.Payload, pcm));
            else if (item.Payload.IsEmpty || decoder.DecodeFec(item.Payload, piece) == 0) decoder.Conceal(piece);
            heard.AddRange(piece);
        }

        return SpeechDistance.Between(speech, [.. heard]);
    }
}
