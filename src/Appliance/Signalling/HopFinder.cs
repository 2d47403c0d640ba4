using System.Net;
using System.Security.Cryptography;
using System.Text;
using Sip.Core.Grammar;
using Tandem.Net;

namespace Tandem.Signalling;

/// <summary>Where a URI leads: transport, address and port (RFC 3263 §4).</summary>
internal sealed class HopFinder(SignallingPort port)
{
    private readonly HopSearch _search = new(port.Dns, RandomNumberGenerator.GetInt32);

    /// <summary>Finds the hops of <paramref name="uri"/> and calls <paramref name="found"/>: at once for an address, later for a name.</summary>
    /// <param name="uri">Read before this returns.</param>
    /// <param name="found">Called once, on the shard.</param>
    public void Find(ReadOnlySpan<byte> uri, Action<HopAnswer> found)
    {
        if (!SipUri.TryParse(uri, out SipUri parsed))
        {
            found(HopAnswer.Nowhere);
            return;
        }
        bool named = parsed.Parameters.TryGet("transport"u8, out ReadOnlySpan<byte> transportName);
        if (!TryTransport(transportName, parsed.IsSecure, out SipTransport transport))
        {
            found(HopAnswer.Nowhere);
            return;
        }
        ReadOnlySpan<byte> host = parsed.Parameters.TryGet("maddr"u8, out ReadOnlySpan<byte> maddr) ? maddr : parsed.Host;
        if (SipUriText.TryAddress(host.Trim("[]"u8), out IPAddress? address))
        {
            int number = parsed.Port != 0 ? parsed.Port : transport is SipTransport.Tls or SipTransport.Wss ? 5061 : 5060;
            found(new HopAnswer([new Hop(transport, new IPEndPoint(address!, number), null, named || parsed.IsSecure)], TimeSpan.MaxValue));
            return;
        }
        if (IsInvalid(host))
        {
            found(HopAnswer.Nowhere);
            return;
        }
        _search.FindAsync(Encoding.ASCII.GetString(host).TrimEnd('.'), named ? transport : null, parsed.IsSecure, parsed.Port).ContinueWith(
            (task, state) => port.Post(_ => found(task.IsCompletedSuccessfully ? task.Result : HopAnswer.Unknown), state),
            null, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>An address that only its own network can reach, or a name that no network can (INTEROP 2).</summary>
    public static bool IsPrivate(ReadOnlySpan<byte> uri)
    {
        if (!SipUri.TryParse(uri, out SipUri parsed)) return true;
        if (!SipUriText.TryAddress(parsed.Host, out IPAddress? address)) return IsInvalid(parsed.Host);
        ReadOnlySpan<byte> bytes = address!.GetAddressBytes();
        return bytes.Length == 4
            ? bytes[0] is 10 or 127 or 0 || (bytes[0] == 192 && bytes[1] == 168) || (bytes[0] == 172 && bytes[1] is >= 16 and < 32)
                || (bytes[0] == 169 && bytes[1] == 254) || (bytes[0] == 100 && bytes[1] is >= 64 and < 128)
            : IPAddress.IsLoopback(address) || address.IsIPv6LinkLocal || (bytes[0] & 0xfe) == 0xfc || address.Equals(IPAddress.IPv6Any);
    }

    /// <summary>A URI that leads nowhere (INTEROP 2): only the connection that its owner opened leads to it.</summary>
    public static bool NamesNoHost(ReadOnlySpan<byte> uri) => SipUri.TryParse(uri, out SipUri parsed) && IsInvalid(parsed.Host);

    /// <summary>A host that stands for none (RFC 2606 §2), as browsers write it.</summary>
    public static bool IsInvalid(ReadOnlySpan<byte> host) =>
        host.Length >= 7 && Ascii.EqualsIgnoreCase(host[^7..], "invalid"u8) && (host.Length == 7 || host[^8] == '.');

    private static bool TryTransport(ReadOnlySpan<byte> name, bool secure, out SipTransport transport)
    {
        SipTransport? known = name.IsEmpty ? (secure ? SipTransport.Tls : SipTransport.Udp)
            : Ascii.EqualsIgnoreCase(name, "udp"u8) && !secure ? SipTransport.Udp
            : Ascii.EqualsIgnoreCase(name, "tcp"u8) ? (secure ? SipTransport.Tls : SipTransport.Tcp)
            : Ascii.EqualsIgnoreCase(name, "tls"u8) ? SipTransport.Tls
            : null;    // WebSocket peers are only ever reached by the flow they opened
        transport = known ?? default;
        return known is not null;
    }
}
