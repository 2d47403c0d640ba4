using Rtp.Core.Quality;

namespace Tandem.Media;

/// <summary>What RTP needs to know of each codec.</summary>
internal static class AudioCodecs
{
    public const int Count = (int)AudioCodec.L16Wide + 1;

    /// <summary>The RTP timestamp clock: 8000 for G.722 although it samples at 16000 (RFC 3551 §4.5.2), 48000 for every Opus (RFC 7587 §4.1).</summary>
    public static int ClockRateHz(this AudioCodec codec) => codec switch
    {
        AudioCodec.Opus => 48_000,
        AudioCodec.L16Wide => 16_000,
        _ => 8000,
    };

    /// <summary>The rate of the sound that it carries at most.</summary>
    public static int SampleRateHz(this AudioCodec codec) => codec switch
    {
        AudioCodec.Opus => 48_000,
        AudioCodec.G722 or AudioCodec.L16Wide => 16_000,
        _ => 8000,
    };

    /// <summary>Octets of a millisecond, so that a stream can be cut anywhere; 0: it is made of frames.</summary>
    public static int OctetsPerMs(this AudioCodec codec) => codec switch
    {
        AudioCodec.Opus => 0,
        AudioCodec.L16 => 16,
        AudioCodec.L16Wide => 32,
        _ => 8,
    };

    /// <summary>For the rating of a call.</summary>
    public static CodecImpairment Impairment(this AudioCodec codec) => codec switch
    {
        AudioCodec.Opus => CodecImpairment.Opus,
        AudioCodec.G722 => CodecImpairment.G722,
        AudioCodec.L16 or AudioCodec.L16Wide => CodecImpairment.Linear,
        _ => CodecImpairment.G711,
    };

    public static bool IsG711(this AudioCodec codec) => codec <= AudioCodec.Pcma;
}
