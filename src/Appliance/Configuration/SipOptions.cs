using System.Net;

namespace Tandem.Configuration;

/// <summary>Section <c>[sip]</c>: where signalling listens and how it speaks.</summary>
public sealed record SipOptions
{
    [Setting("udp_port", "UDP port. 0 takes a free one, -1 switches UDP off.", Min = -1, Max = 65535)]
    public int UdpPort { get; init; } = 5060;

    [Setting("tcp_port", "TCP port. 0 takes a free one, -1 switches TCP off.", Min = -1, Max = 65535)]
    public int TcpPort { get; init; } = 5060;

    [Setting("tls_port", "TLS port. 0 takes a free one, -1 switches TLS off.", Min = -1, Max = 65535)]
    public int TlsPort { get; init; } = 5061;

    [Setting("addresses", "Local addresses to listen on. \"0.0.0.0\" and \"::\" mean all of IPv4 and all of IPv6.")]
    public IReadOnlyList<IPAddress> Addresses { get; init; } = [IPAddress.Any, IPAddress.IPv6Any];

    [Setting("external_ip", "The address (at most one of each family) that peers outside the local networks reach this host at, when a router translates it.",
        Example = "[\"203.0.113.7\"]")]
    public IReadOnlyList<IPAddress> ExternalIp { get; init; } = [];

    [Setting("local_networks", "Networks that reach this host without translation; peers inside them are told the local address.")]
    public IReadOnlyList<IPNetwork> LocalNetworks { get; init; } =
        [IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("192.168.0.0/16"), IPNetwork.Parse("127.0.0.0/8"),
         IPNetwork.Parse("::1/128"), IPNetwork.Parse("fc00::/7"), IPNetwork.Parse("fe80::/10")];

    [Setting("trusted_networks", "Networks whose calls are taken without a password: they may dial every extension. Empty: nobody.",
        Example = "[\"192.0.2.0/28\"]")]
    public IReadOnlyList<IPNetwork> TrustedNetworks { get; init; } = [];

    [Setting("realm", "Realm of digest authentication. Passwords are stored hashed with it: after a change every user needs a new password.")]
    public string Realm { get; init; } = "tandem";

    [Setting("tls_certificate", "PEM file with the certificate chain for TLS. Without one a self-signed certificate is made in the data folder.",
        IsPath = true, Example = "\"/etc/tandem/fullchain.pem\"")]
    public string? TlsCertificate { get; init; }

    [Setting("tls_key", "PEM file with the private key that belongs to tls_certificate.", IsPath = true, Example = "\"/etc/tandem/privkey.pem\"")]
    public string? TlsKey { get; init; }

    [Setting("min_expires", "Shortest registration in seconds; a phone that asks for less gets 423.", Min = 1, Max = 86400, Unit = "s")]
    public TimeSpan MinExpires { get; init; } = TimeSpan.FromSeconds(60);

    [Setting("max_expires", "Longest registration in seconds; a phone that asks for more gets this.", Min = 1, Max = 604800, Unit = "s")]
    public TimeSpan MaxExpires { get; init; } = TimeSpan.FromSeconds(3600);

    [Setting("session_expires", "Session timers (RFC 4028): seconds after which a call that neither side has refreshed ends; every call is refreshed at half of it, " +
        "so that one whose other end died does not stay. 0: only where the peer asks for it.", Min = 0, Max = 86400, Unit = "s")]
    public TimeSpan SessionExpires { get; init; } = TimeSpan.FromSeconds(1800);

    [Setting("min_session_expires", "Shortest session timer in seconds; a peer that asks for less gets 422.", Min = 90, Max = 86400, Unit = "s")]
    public TimeSpan MinSessionExpires { get; init; } = TimeSpan.FromSeconds(90);

    [Setting("reliable_provisional", "Provisional responses that are acknowledged (100rel, PRACK, RFC 3262). supported: where the peer requires it, and for early media; " +
        "required: of everybody that is called, and with every caller that can; off: never, and who requires it gets 420.", Choices = "off|supported|required")]
    public string ReliableProvisional { get; init; } = "supported";

    [Setting("t1_ms", "RFC 3261's T1 in milliseconds: the first retransmission interval. Lower it only on a fast local network.",
        Min = 10, Max = 10000, Unit = "ms")]
    public TimeSpan T1 { get; init; } = TimeSpan.FromMilliseconds(500);

    [Setting("max_connections_per_source", "TCP and TLS connections that one address may hold open.", Min = 1, Max = 100000)]
    public int MaxConnectionsPerSource { get; init; } = 64;

    [Setting("dns_servers", "Servers to ask for the names of carriers and phones. Empty: those of the host.", Example = "[\"192.0.2.53\"]")]
    public IReadOnlyList<DnsServerAddress> DnsServers { get; init; } = [];

    /// <summary>Folder for the self-signed certificate; set from the data folder.</summary>
    public string CertificateFolder { get; init; } = "data/tls";
}
