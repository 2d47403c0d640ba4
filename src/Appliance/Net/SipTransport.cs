namespace Tandem.Net;

/// <summary>The transports of RFC 3261 §18 and RFC 7118; the names are those of the Via field.</summary>
public enum SipTransport : byte
{
    Udp,
    Tcp,
    Tls,
    Ws,
    Wss,
}
