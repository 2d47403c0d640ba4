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

    [Setting("redirect", "Send browsers that come over plain HTTP to HTTPS; requests from this host stay. The paths /ws and /health are served either way.")]
    public bool Redirect { get; init; } = true;

    [Setting("api", "Answer the API under /api/v1 to people and programs that log in. The command line works without it.")]
    public bool Api { get; init; } = true;

    [Setting("trusted_proxies", "Networks of reverse proxies whose X-Forwarded-For and X-Forwarded-Proto are believed. Empty: nobody's.",
        Example = "[\"10.0.0.5/32\"]")]
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    [Setting("max_connections", "Connections open at a time, WebSockets among them.", Min = 1, Max = 1000000)]
    public int MaxConnections { get; init; } = 10_000;

    [Setting("max_connections_per_source", "Connections that one address (of IPv6: one /64) may hold open. An office behind one address needs one for each browser and some to spare.",
        Min = 1, Max = 1000000)]
    public int MaxConnectionsPerSource { get; init; } = 256;

    [Setting("requests_per_second", "HTTP requests that one address may make in the long run; five seconds' worth may come at once. More get 429.", Min = 1, Max = 1000000)]
    public int RequestsPerSecond { get; init; } = 50;

    /// <summary>A WebSocket on which nothing came for this long is asked with a ping.</summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>An unanswered ping ends the connection after this long: with <see cref="PingInterval"/>, half-open ones are found within 30 s.</summary>
    public TimeSpan PingTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Bytes that may wait for a WebSocket peer that does not read, before its connection is dropped.</summary>
    public int WriteQueueBytes { get; init; } = 256 * 1024;

    /// <summary>A WebSocket message once begun must be finished within this time.</summary>
    public TimeSpan MessageTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A TLS handshake, and the header of a request, must be there within this time.</summary>
    public TimeSpan HeadersTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A connection without a request is closed after this long.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(60);
}
