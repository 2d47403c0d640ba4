using Sip.Core.Transactions;

namespace Tandem.Signalling;

public sealed record UserAgentOptions
{
    public SipTimers Timers { get; init; } = SipTimers.Rfc3261;

    /// <summary>Server and User-Agent fields.</summary>
    public string Product { get; init; } = "Tandem";

    /// <summary>Session-Expires that our INVITEs ask for (RFC 4028); zero: none.</summary>
    public TimeSpan SessionExpires { get; init; } = TimeSpan.FromSeconds(1800);

    /// <summary>Shortest session interval accepted; RFC 4028 §4 knows nothing under 90 s.</summary>
    public TimeSpan MinSessionExpires { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>Provisional responses that are acknowledged (RFC 3262).</summary>
    public ReliableProvisional Reliable { get; init; } = ReliableProvisional.Supported;

    /// <summary>An INVITE of ours without a final response is given up after this long (RFC 3261 §16.6: timer C is above 3 minutes).</summary>
    public TimeSpan InviteTimeout { get; init; } = TimeSpan.FromMinutes(4);

    /// <summary>A request in a dialog waits this long for a browser whose connection dropped: as long as it would be sent again over UDP.</summary>
    public TimeSpan ReturnTime { get; init; } = TimeSpan.FromSeconds(32);

    /// <summary>A request that would be longer goes over TCP instead of UDP where the target takes it (RFC 3261 §18.1.1).</summary>
    public int MaxUdpRequestBytes { get; init; } = 1300;

    /// <summary>Transactions beyond which new requests get 503 with Retry-After.</summary>
    /// <remarks>A call over UDP leaves three that are remembered for 32 s and two for 5 s (RFC 3261 §17, RFC 6026), about 3 KB in all: this is room for 2,800 calls a second.</remarks>
    public int MaxTransactions { get; init; } = 300_000;

    /// <summary>A request that carries a Via of this agent is refused with 482.</summary>
    public bool DetectLoops { get; init; } = true;

    /// <summary>Whom to ask for names; empty: the servers of the host.</summary>
    public IReadOnlyList<System.Net.IPEndPoint> DnsServers { get; init; } = [];

    /// <summary>Names and outside addresses under which a URI means this host, besides the addresses it listens on.</summary>
    public IReadOnlyList<string> Domains { get; init; } = [];
}
