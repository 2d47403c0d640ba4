using Codecs.Tones;
using Tandem.Media;

namespace Tandem.Calls;

/// <summary>The tones that callers hear, rendered once.</summary>
internal static class CallTones
{
    /// <summary>One cycle of the North American ringback tone.</summary>
    public static Prompt Ringback { get; } = new(Cadence.RingbackNorthAmerica.Render(Prompt.SampleRateHz), "ringback");

    /// <summary>20 ms of nothing: what a listening menu sends, so that jitter buffers play the prompt's end and NATs stay open.</summary>
    public static Prompt Silence { get; } = new(new short[Prompt.SampleRateHz / 50], "silence");
}
