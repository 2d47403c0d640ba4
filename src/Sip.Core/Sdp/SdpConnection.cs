using System.Net;
using System.Net.Sockets;

namespace Sip.Core.Sdp;

/// <summary>A <c>c=</c> line (RFC 8866 §5.7).</summary>
/// <param name="Host">The address as written, without the TTL of a multicast group.</param>
/// <param name="Address">The address; null when <paramref name="Host"/> is a name.</param>
public sealed record SdpConnection(string Host, IPAddress? Address)
{
    public SdpConnection(IPAddress address)
        : this(address.ToString(), address)
    {
    }

    /// <summary>"Send me nothing": 0.0.0.0 (RFC 3264 §8.4), :: or a name under .invalid (RFC 6157 §3).</summary>
    public bool IsUnspecified => Address is null
        ? Host.EndsWith(".invalid", StringComparison.OrdinalIgnoreCase)
        : Address.Equals(IPAddress.Any) || Address.Equals(IPAddress.IPv6Any);

    internal static bool TryParse(string value, out SdpConnection? connection)
    {
        connection = null;
        Span<Range> fields = stackalloc Range[4];
        ReadOnlySpan<char> text = value;
        if (text.Split(fields, ' ', StringSplitOptions.RemoveEmptyEntries) < 3 || !text[fields[0]].Equals("IN", StringComparison.OrdinalIgnoreCase)) return false;
        bool six = text[fields[1]].Equals("IP6", StringComparison.OrdinalIgnoreCase);
        if (!six && !text[fields[1]].Equals("IP4", StringComparison.OrdinalIgnoreCase)) return false;
        return TryParseAddress(value[fields[2]], six, out connection);
    }

    internal static bool TryParseAddress(string text, bool six, out SdpConnection? connection)
    {
        connection = null;
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        string host = slash < 0 ? text : text[..slash];
        if (host.Length == 0) return false;
        bool literal = six ? host.Contains(':') : char.IsAsciiDigit(host[^1]);    // "10.1" is an address to the framework, not to SDP
        if (!literal)
        {
            connection = new SdpConnection(host, null);
            return true;
        }

        if (host.Contains('%') || !IPAddress.TryParse(host, out IPAddress? address)) return false;
        if (address.AddressFamily != (six ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork)) return false;
        if (!six && host.AsSpan().Count('.') != 3) return false;
        connection = new SdpConnection(host, address);
        return true;
    }

    public override string ToString() =>
        $"IN {((Address?.AddressFamily ?? AddressFamily.InterNetwork) == AddressFamily.InterNetworkV6 ? "IP6" : "IP4")} {Host}";
}
