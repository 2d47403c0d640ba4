using Sip.Core.Sdp;

namespace Tandem.Ng;

/// <summary>What an m-line is rewritten to.</summary>
/// <param name="RtpPort">Ours; 0: the stream is rejected.</param>
/// <param name="RtcpPort">Ours; <paramref name="RtpPort"/> where RTCP has no port of its own.</param>
/// <param name="Multiplexed">Says that RTCP may come on the RTP port.</param>
/// <param name="Protocol">The profile.</param>
/// <param name="Formats">The codecs under the reader's payload types.</param>
/// <param name="Crypto">Values of <c>a=crypto</c>; none: plain.</param>
internal sealed record NgLine(
    int RtpPort, int RtcpPort, bool Multiplexed, string Protocol, IReadOnlyList<AudioFormat> Formats, IReadOnlyList<string> Crypto)
{
    public static NgLine Rejected { get; } = new(0, 0, false, "", [], []);

    /// <summary>Fingerprint, setup and what ICE needs; none: no DTLS.</summary>
    public IReadOnlyList<SdpAttribute> Transport { get; init; } = [];

    /// <summary>The m-line's identifier for the reader; null: as the writer has it.</summary>
    public string? Mid { get; init; }

    /// <summary>It stands in a BUNDLE group.</summary>
    public bool Bundled { get; init; }

    /// <summary>We only answer ICE checks.</summary>
    public bool IceLite { get; init; }

    /// <summary>Whoever wrote the description has ICE.</summary>
    public bool WriterHasIce { get; init; }
}
