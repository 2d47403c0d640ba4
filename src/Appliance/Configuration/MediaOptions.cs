using System.Net;
using Tandem.Media;

namespace Tandem.Configuration;

/// <summary>Section <c>[media]</c>: RTP ports and the loops that own them.</summary>
public sealed record MediaOptions
{
    [Setting("ports", "UDP port ranges for RTP and RTCP, each \"first-last\" or \"network first-last\" (\"10.0.0.0/8 16384-20479\").")]
    public IReadOnlyList<MediaPortRange> Ports { get; init; } = [new MediaPortRange(16384, 32767, null)];

    [Setting("webrtc_port", "The first of the UDP ports that calls of browsers share, one a media thread. 0: each call has a port of its own from media.ports.",
        Min = 0, Max = 65535)]
    public int WebRtcPort { get; init; }

    [Setting("loops", "Media threads. 0 means one per processor core.", Min = 0, Max = 256)]
    public int Loops { get; init; }

    [Setting("batch_us", "Microseconds a media thread waits for more packets before it works, twice as long where few come; higher costs less processor time, adds delay.",
        Min = 0, Max = 10000, Unit = "us")]
    public TimeSpan Batch { get; init; } = TimeSpan.FromMicroseconds(1000);

    [Setting("io", "How media threads talk to the kernel. auto: io_uring, or epoll where the kernel refuses it.", Choices = "auto|io_uring|epoll")]
    public string Io { get; init; } = "auto";

    [Setting("timeout_s", "Seconds without a packet from the peer after which a call ends; held calls are exempt.", Min = 5, Max = 86400, Unit = "s")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    [Setting("external_ip", "The address (at most one of each family) for media outside the local networks, where it differs from sip.external_ip.",
        Example = "[\"203.0.113.8\"]")]
    public IReadOnlyList<IPAddress> ExternalIp { get; init; } = [];

    [Setting("codecs", "Codecs that are spoken, in the order in which calls of ours offer them. A call from a phone keeps the phone's own order; where both parties of a call share one, it is preferred. A user can have a list of its own (tandem user set).")]
    public IReadOnlyList<CodecName> Codecs { get; init; } = CodecName.Usual;

    [Setting("renegotiate", "Asks a phone by re-INVITE to change its codec where that spares transcoding. Off for phones that take the change and then fall silent.")]
    public bool Renegotiate { get; init; } = true;

    [Setting("opus.complexity", "What Opus may cost: 0 is cheapest, 10 sounds best.", Min = 0, Max = 10)]
    public int OpusComplexity { get; init; } = OpusSending.Default.Complexity;

    [Setting("opus.bitrate", "Bits a second of Opus that is made here; a peer that asks for less gets less.", Min = 6000, Max = 128000)]
    public int OpusBitrate { get; init; } = OpusSending.Default.BitrateBps;

    [Setting("opus.application", "lowdelay costs a third of voip and is nearer to the original from 24000 bits a second on; voip favours speech at less, and carries FEC; audio favours music.", Choices = "voip|audio|lowdelay")]
    public string OpusApplication { get; init; } = OpusSending.Default.Application.ToString().ToLowerInvariant();

    [Setting("opus.fec", "Each packet of Opus carries the one before again, coarsely, for peers that make use of it: lost packets are heard less. lowdelay has none: voip takes its place while a peer reports that it loses 2 % or more.")]
    public bool OpusFec { get; init; } = OpusSending.Default.Fec;
}
