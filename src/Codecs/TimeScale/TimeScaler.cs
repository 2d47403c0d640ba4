namespace Codecs.TimeScale;

/// <summary>Makes sound a little shorter or longer without a change of pitch.</summary>
public sealed class TimeScaler(int rateHz)
{
    /// <summary>The most that comes out of a piece.</summary>
    public int MaxOutput(int samples) => samples + rateHz / 50;

    /// <summary>Passes a decoded frame on.</summary>
    /// <returns>Samples written.</returns>
    public int Process(ReadOnlySpan<short> pcm, TimeScaleStep step, Span<short> output)
    {
        pcm.CopyTo(output);
        return pcm.Length;
    }
}
