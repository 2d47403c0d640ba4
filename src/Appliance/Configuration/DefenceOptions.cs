using System.Net;

namespace Tandem.Configuration;

/// <summary>Section <c>[defence]</c>: what keeps strangers from guessing, probing and flooding over SIP.</summary>
public sealed record DefenceOptions
{
    [Setting("enabled", "Keep out banned sources, floods and scanners. Authentication is asked for either way.")]
    public bool Enabled { get; init; } = true;

    [Setting("exempt", "Networks that no limit or ban holds, besides sip.trusted_networks and the addresses of carriers.")]
    public IReadOnlyList<IPNetwork> Exempt { get; init; } = [IPNetwork.Parse("127.0.0.1/32"), IPNetwork.Parse("::1/128")];

    [Setting("ban_seconds", "How long a ban lasts.", Min = 1, Max = 31536000, Unit = "s")]
    public TimeSpan BanTime { get; init; } = TimeSpan.FromSeconds(300);

    [Setting("source_failures", "Wrong passwords after which a source (an IPv4 address, an IPv6 /64) is banned. A source where somebody had the right one before is given five times as many, of which three count for each account: an office is not shut out for one phone.",
        Min = 1, Max = 100000)]
    public int SourceFailures { get; init; } = 10;

    [Setting("account_failures", "Wrong passwords for one account, from wherever, after which only sources that had its right password before may try it for the time of a ban.", Min = 1, Max = 100000)]
    public int AccountFailures { get; init; } = 30;

    [Setting("invites_per_second", "INVITEs that a source may send in the long run; five seconds' worth may come at once, here and below. What is too much is dropped. A source where somebody had the right password is given twenty times as much.",
        Min = 1, Max = 1000000)]
    public int InvitesPerSecond { get; init; } = 20;

    [Setting("registers_per_second", "REGISTERs that a source may send.", Min = 1, Max = 1000000)]
    public int RegistersPerSecond { get; init; } = 40;

    [Setting("options_per_second", "OPTIONS that a source may send.", Min = 1, Max = 1000000)]
    public int OptionsPerSecond { get; init; } = 20;

    [Setting("others_per_second", "Other requests outside calls (MESSAGE, SUBSCRIBE and the like) that a source may send, and datagrams that are no SIP.", Min = 1, Max = 1000000)]
    public int OthersPerSecond { get; init; } = 10;

    [Setting("in_call_per_second", "Responses, and requests that belong to calls, that a source may send.", Min = 1, Max = 1000000)]
    public int InCallPerSecond { get; init; } = 200;

    [Setting("connections_per_second", "Connections (TCP, TLS, WebSocket) that a source may open.", Min = 1, Max = 1000000)]
    public int ConnectionsPerSecond { get; init; } = 20;

    [Setting("strangers_per_second", "Requests over UDP taken from all sources together that nobody has proved to be somebody's yet; what is more is dropped, so that a flood from many addresses leaves those who are known alone.",
        Min = 1, Max = 1000000)]
    public int StrangersPerSecond { get; init; } = 1000;

    [Setting("scanners", "Leave requests unanswered that show the marks of the usual scanners.")]
    public bool Scanners { get; init; } = true;
}
