using System.Net;

namespace Tandem.Net;

/// <summary>A place where the appliance takes SIP in, as bound.</summary>
public sealed record ListenEndPoint(SipTransport Transport, IPEndPoint Address)
{
    public override string ToString() => $"{Transport} {Address}";
}
