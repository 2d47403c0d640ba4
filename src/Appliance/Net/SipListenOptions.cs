using System.Net;

namespace Tandem.Net;

/// <summary>What <see cref="SipTransports"/> needs to know; made from the configuration, which has validated it.</summary>
public sealed record SipListenOptions
{
    /// <summary>Addresses to listen on; the wildcards of both families by default.</summary>
    public IReadOnlyList<IPAddress> Addresses { get; init; } = [IPAddress.Any, IPAddress.IPv6Any];

    /// <summary>Port, 0 for one that is free, -1 for off. The same for <see cref="TcpPort"/> and <see cref="TlsPort"/>.</summary>
    public int UdpPort { get; init; } = 5060;

    public int TcpPort { get; init; } = 5060;

    public int TlsPort { get; init; } = 5061;

    /// <summary>What we are called outside <see cref="LocalNetworks"/>: at most one address of each family.</summary>
    public IReadOnlyList<IPAddress> ExternalAddresses { get; init; } = [];

    /// <summary>Networks that reach us without NAT. Loopback and link-local always count among them.</summary>
    public IReadOnlyList<IPNetwork> LocalNetworks { get; init; } = [];

    /// <summary>Certificate chain and key as PEM files; null: made at first start in <see cref="CertificateFolder"/>.</summary>
    public string? TlsCertificateFile { get; init; }

    public string? TlsKeyFile { get; init; }

    /// <summary>Where the self-signed certificate lives (<c>sip.crt</c>, <c>sip.key</c>, the key 0600).</summary>
    public string CertificateFolder { get; init; } = "certificates";

    /// <summary>How often the files of the certificate are looked at for a change.</summary>
    public TimeSpan CertificatePoll { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether the certificate of a peer we connect to over TLS must be valid for its name or address.</summary>
    public bool VerifyOutgoingTls { get; init; } = true;

    public int MaxConnections { get; init; } = 10_000;

    public int MaxConnectionsPerSource { get; init; } = 100;

    /// <summary>Limit for connecting plus the TLS handshake.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>An accepted connection must bring a whole message within this time, and finish one it has begun.</summary>
    public TimeSpan FirstMessageTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Bytes that may wait for a peer that does not read, before its connection is dropped.</summary>
    public int WriteQueueBytes { get; init; } = 256 * 1024;

    public TimeSpan KeepAliveInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>UDP flows kept in the cache by source address; twice as many at most.</summary>
    public int CachedFlows { get; init; } = 16_384;
}
