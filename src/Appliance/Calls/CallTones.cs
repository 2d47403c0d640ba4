using Tandem.Media;

namespace Tandem.Calls;

/// <summary>The tones that callers hear, rendered once.</summary>
internal static class CallTones
{
    /// <summary>One cycle of the North American ringback tone: 440 + 480 Hz at -19 dBm0 each, 2 s on, 4 s off.</summary>
    public static Prompt Ringback { get; } = new(Render(440, 480, onSeconds: 2, offSeconds: 4), "ringback");

    private static short[] Render(double lowHz, double highHz, int onSeconds, int offSeconds)
    {
        const double Peak = 0.11 * short.MaxValue;
        var pcm = new short[(onSeconds + offSeconds) * Prompt.SampleRateHz];
        for (int i = 0; i < onSeconds * Prompt.SampleRateHz; i++)
        {
            double at = 2 * Math.PI * i / Prompt.SampleRateHz;
            pcm[i] = (short)(Peak * (Math.Sin(lowHz * at) + Math.Sin(highHz * at)));
        }
        return pcm;
    }
}
