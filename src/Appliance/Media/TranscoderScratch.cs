namespace Tandem.Media;

/// <summary>Room for the sound of one tick: the loops' threads have one each, whatever the number of their transcoders.</summary>
internal sealed class TranscoderScratch
{
    private const int MaxRateHz = 48_000, MaxMs = FrameDecoder.MaxPacketMs;

    [ThreadStatic]
    private static TranscoderScratch? s_ofThread;

    private TranscoderScratch()
    {
    }

    public static TranscoderScratch OfThread => s_ofThread ??= new TranscoderScratch();

    public short[] Decoded { get; } = new short[MaxRateHz / 1000 * MaxMs];

    public short[] Scaled { get; } = new short[MaxRateHz / 1000 * (MaxMs + 20)];

    public short[] Frame { get; } = new short[MaxRateHz / 1000 * 100];
}
