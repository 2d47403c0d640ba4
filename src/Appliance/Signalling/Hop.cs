using System.Net;
using Tandem.Net;

namespace Tandem.Signalling;

/// <summary>One place to send a request to (RFC 3263).</summary>
/// <param name="Name">The host name that a certificate must carry; null where the URI has an address.</param>
/// <param name="Fixed">The URI or DNS names the transport: a long request may not change it (RFC 3261 §18.1.1).</param>
internal readonly record struct Hop(SipTransport Transport, IPEndPoint Address, string? Name, bool Fixed);
