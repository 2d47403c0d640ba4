using System.Net;
using System.Text;
using Sip.Core.Grammar;
using Tandem.Routing;

namespace Tandem.Calls.Outside;

/// <summary>
/// Where a carrier's 3xx may send a call: to hosts of the same carrier, its gateways and source networks. Anything else would let one carrier
/// spend money at another, or make us call whatever a stranger names.
/// </summary>
internal static class Redirection
{
    /// <summary>Contacts that one call may follow.</summary>
    public const int Most = 5;

    /// <summary>The request URI for a contact; null: it is not followed.</summary>
    public static string? Target(string contact, Carrier carrier, IReadOnlyList<Gateway> gateways)
    {
        if (!SipUri.TryParse(Encoding.UTF8.GetBytes(contact), out SipUri uri) || uri.IsSecure || uri.User.IsEmpty || !uri.Headers.IsEmpty) return null;
        return BelongsTo(uri, carrier, gateways) ? contact : null;
    }

    private static bool BelongsTo(SipUri uri, Carrier carrier, IReadOnlyList<Gateway> gateways)
    {
        foreach (Gateway gateway in gateways)
        {
            if (SipUri.TryParse(Encoding.UTF8.GetBytes(gateway.Uri), out SipUri own) && Ascii.EqualsIgnoreCase(own.Host, uri.Host)) return true;
        }
        if (!SipUriText.TryAddress(uri.Host, out IPAddress? address)) return false;
        foreach (string source in carrier.Sources)
        {
            if (IPNetwork.TryParse(source, out IPNetwork network) && network.Contains(address!)) return true;
            if (IPAddress.TryParse(source, out IPAddress? single) && single.Equals(address)) return true;
        }
        return false;
    }

    /// <summary>A gateway's URI with a number before the host; its parameters stay.</summary>
    public static string GatewayTarget(Gateway gateway, string number)
    {
        int colon = gateway.Uri.IndexOf(':', StringComparison.Ordinal);
        return $"{gateway.Uri[..(colon + 1)]}{Signalling.SipFields.EscapeUser(number)}@{gateway.Uri[(colon + 1)..]}";
    }
}
