using System.Net;

namespace Tandem.Configuration;

/// <summary>A DNS server: an address, with a port where it is not 53.</summary>
public readonly record struct DnsServerAddress(IPEndPoint EndPoint)
{
    private const int UsualPort = 53;

    public static bool TryParse(string text, out DnsServerAddress server)
    {
        server = default;
        if (!IPEndPoint.TryParse(text, out IPEndPoint? endPoint)) return false;
        server = new DnsServerAddress(endPoint.Port == 0 ? new IPEndPoint(endPoint.Address, UsualPort) : endPoint);
        return true;
    }

    public override string ToString() => EndPoint.ToString();
}
