using Codecs.Tones;
using Tandem.Media;

namespace Tandem.Calls;

/// <summary>The tones that callers hear, rendered once.</summary>
internal static class CallTones
{
    /// <summary>One cycle of the North American ringback tone.</summary>
    public static Prompt Ringback { get; } = new(Cadence.RingbackNorthAmerica.Render(Prompt.SampleRateHz), "ringback");
}
