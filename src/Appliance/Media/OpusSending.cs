using Codecs.Opus;

namespace Tandem.Media;

/// <summary>How Opus is made: the host's settings within what the peer asked for (RFC 7587 §6.1).</summary>
/// <param name="Complexity">0 to 10.</param>
/// <param name="BitrateBps">At most, for sound of the full width that the peer hears.</param>
/// <param name="Fec">Each packet carries the one before again, coarsely: only VOIP does, which is taken in any case while the peer reports losses.</param>
/// <param name="Dtx">Silence is not sent; for which VOIP is taken.</param>
/// <param name="ConstantBitrate">No variable bitrate.</param>
/// <param name="MaxPlaybackRateHz">What the peer can hear: above half of it nothing is sent.</param>
public sealed record OpusSending(
    int Complexity, int BitrateBps, OpusApplication Application, bool Fec, bool Dtx = false, bool ConstantBitrate = false, int MaxPlaybackRateHz = 48_000)
{
    /// <summary>Losses in percent that redundancy is laid out for at least, where it is sent at all.</summary>
    public const int ExpectedLossPercent = 5;

    /// <summary>Chosen by the table of docs/BENCHMARKS.md.</summary>
    public static OpusSending Default { get; } = new(0, 32_000, OpusApplication.LowDelay, Fec: true);

    /// <summary>The widest sound worth sending.</summary>
    public OpusBandwidth MaxBandwidth => MaxPlaybackRateHz switch
    {
        < 12_000 => OpusBandwidth.Narrow,
        < 16_000 => OpusBandwidth.Medium,
        < 24_000 => OpusBandwidth.Wide,
        < 48_000 => OpusBandwidth.SuperWide,
        _ => OpusBandwidth.Full,
    };
}
