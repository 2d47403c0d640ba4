using System.Net;

namespace Tandem.Configuration;

/// <summary>Section <c>[web]</c>: the web server that browsers talk to: SIP over WebSocket, the softphone page.</summary>
public sealed record WebOptions
{
    [Setting("http_port", "HTTP port. 0 takes a free one, -1 switches it off.", Min = -1, Max = 65535)]
    public int HttpPort { get; init; } = 8080;

    [Setting("https_port", "HTTPS port. 0 takes a free one, -1 switches it off.", Min = -1, Max = 65535)]
    public int HttpsPort { get; init; } = 8443;

    [Setting("addresses", "Local addresses to listen on. \"0.0.0.0\" and \"::\" mean all of IPv4 and all of IPv6.")]
    public IReadOnlyList<IPAddress> Addresses { get; init; } = [IPAddress.Any, IPAddress.IPv6Any];

    [Setting("tls_certificate", "PEM file with the certificate chain for HTTPS, read again when it changes. Without one that of SIP over TLS is shown.",
        IsPath = true, Example = "\"/etc/tandem/fullchain.pem\"")]
    public string? TlsCertificate { get; init; }

    [Setting("tls_key", "PEM file with the private key that belongs to tls_certificate.", IsPath = true, Example = "\"/etc/tandem/privkey.pem\"")]
    public string? TlsKey { get; init; }

    [Setting("allowed_origins", "Web pages of other hosts that may open a SIP WebSocket, each as scheme://host or scheme://host:port. Pages of this host always may; \"*\" lets in every page.",
        Example = "[\"https://intranet.example.com\"]")]
    public IReadOnlyList<WebOrigin> AllowedOrigins { get; init; } = [];

    /// <summary>A WebSocket on which nothing came for this long is asked with a ping.</summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>An unanswered ping ends the connection after this long: with <see cref="PingInterval"/>, half-open ones are found within 30 s.</summary>
    public TimeSpan PingTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Bytes that may wait for a WebSocket peer that does not read, before its connection is dropped.</summary>
    public int WriteQueueBytes { get; init; } = 256 * 1024;

    /// <summary>A WebSocket message once begun must be finished within this time.</summary>
    public TimeSpan MessageTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
