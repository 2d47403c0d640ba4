using System.Net;

namespace Tandem.Configuration;

/// <summary>Section <c>[media]</c>: RTP ports and the loops that own them.</summary>
public sealed record MediaOptions
{
    [Setting("ports", "UDP port ranges for RTP and RTCP, each \"first-last\" or \"network first-last\" (\"10.0.0.0/8 16384-20479\").")]
    public IReadOnlyList<MediaPortRange> Ports { get; init; } = [new MediaPortRange(16384, 32767, null)];

    [Setting("loops", "Media threads. 0 means one per processor core.", Min = 0, Max = 256)]
    public int Loops { get; init; }

    [Setting("batch_us", "Microseconds a media thread waits for more packets before it works; higher costs less processor time, adds delay.",
        Min = 0, Max = 10000, Unit = "us")]
    public TimeSpan Batch { get; init; } = TimeSpan.FromMicroseconds(1000);

    [Setting("timeout_s", "Seconds without a packet from the peer after which a call ends; held calls are exempt.", Min = 5, Max = 86400, Unit = "s")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    [Setting("external_ip", "The address (at most one of each family) for media outside the local networks, where it differs from sip.external_ip.",
        Example = "[\"203.0.113.8\"]")]
    public IReadOnlyList<IPAddress> ExternalIp { get; init; } = [];
}
