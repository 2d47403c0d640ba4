using System.Net;
using Tandem.Net;

namespace Appliance.Tests.Signalling;

/// <summary>A message on its way; over a connection it carries the sender's end.</summary>
internal sealed record VirtualDatagram(SipTransport Transport, IPEndPoint From, IPEndPoint To, byte[] Bytes, VirtualChannel? Connection);
