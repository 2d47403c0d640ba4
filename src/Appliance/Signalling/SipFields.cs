using System.Text;
using Sip.Core.Dialogs;
using Sip.Core.Grammar;
using Sip.Core.Messages;
using Tandem.Net;

namespace Tandem.Signalling;

/// <summary>Reading and writing the fields that dialogs live on.</summary>
internal static class SipFields
{
    /// <summary>Bodies of all kinds of requests; those of sessions alone stand in the rules.</summary>
    public const string Accept = "application/sdp, application/dtmf-relay, application/dtmf";

    /// <summary>Record-Route values in the order of the message, owned.</summary>
    public static IReadOnlyList<RouteEntry> RecordRoute(SipMessage message)
    {
        if (!message.Has(SipHeaderId.RecordRoute)) return [];
        List<RouteEntry> entries = [];
        foreach (ReadOnlySpan<byte> value in message.All(SipHeaderId.RecordRoute))
            if (TryRoute(value, out RouteEntry entry)) entries.Add(entry);
        return entries;
    }

    public static bool TryRoute(ReadOnlySpan<byte> value, out RouteEntry entry)
    {
        entry = default;
        if (!NameAddr.TryParse(value, out NameAddr address) || !SipUri.TryParse(address.Uri, out SipUri uri)) return false;
        entry = new RouteEntry(value.ToArray(), address.Uri.ToArray(), uri.IsLooseRouter);
        return true;
    }

    /// <summary>The URI of the first Contact, owned; empty when there is none that can be used.</summary>
    public static byte[] ContactUri(SipMessage message) =>
        Contact.TryParse(message.First(SipHeaderId.Contact), out Contact contact) && !contact.IsStar && SipUri.TryParse(contact.Uri, out _)
            ? contact.Uri.ToArray() : [];

    /// <summary>The URIs of all Contacts of a 3xx, the most preferred first (RFC 3261 §8.1.3.4).</summary>
    public static IReadOnlyList<string> Contacts(SipMessage response)
    {
        List<(int Q, string Uri)> contacts = [];
        foreach (ReadOnlySpan<byte> value in response.All(SipHeaderId.Contact))
        {
            if (Contact.TryParse(value, out Contact contact) && !contact.IsStar)
                contacts.Add((contact.Q < 0 ? 1000 : contact.Q, Encoding.UTF8.GetString(contact.Uri)));
        }
        return [.. contacts.OrderByDescending(known => known.Q).Select(known => known.Uri)];
    }

    public static SessionTimerOffer SessionTimer(SipMessage message)
    {
        bool supported = message.Lists(SipHeaderId.Supported, "timer"u8) || message.Lists(SipHeaderId.Require, "timer"u8);
        TimeSpan minSE = Seconds(message.First(SipHeaderId.MinSE), out _) ?? TimeSpan.Zero;
        TimeSpan? expires = Seconds(message.First(SipHeaderId.SessionExpires), out SipParameters parameters);
        bool? refresherIsUac = !parameters.TryGet("refresher"u8, out ReadOnlySpan<byte> refresher) ? null
            : Ascii.EqualsIgnoreCase(refresher, "uac"u8) ? true
            : Ascii.EqualsIgnoreCase(refresher, "uas"u8) ? false : null;
        return new SessionTimerOffer(expires, refresherIsUac, minSE, supported);
    }

    /// <summary>The user part of the URI in From or To, escapes resolved; empty when it has none.</summary>
    public static string User(ReadOnlySpan<byte> addressValue) =>
        NameAddr.TryParse(addressValue, out NameAddr address) ? UserOf(address.Uri) : "";

    /// <summary>What was dialled: the user part of a sip URI, the number of a tel URI.</summary>
    public static string UserOf(ReadOnlySpan<byte> uri)
    {
        if (SipUri.TryParse(uri, out SipUri sip)) return SipUriText.Decode(sip.User);
        if (uri.Length <= 4 || !Ascii.EqualsIgnoreCase(uri[..4], "tel:"u8)) return "";
        int semicolon = uri.IndexOf((byte)';');
        return Encoding.UTF8.GetString(semicolon < 0 ? uri[4..] : uri[4..semicolon]);
    }

    /// <summary>The user part of a URI as it must be written (RFC 3261 §25.1).</summary>
    public static string EscapeUser(string user)
    {
        var text = new StringBuilder(user.Length);
        foreach (byte c in Encoding.UTF8.GetBytes(user))
        {
            if (char.IsAsciiLetterOrDigit((char)c) || "-_.!~*'()&=+$,;?/"u8.Contains(c)) text.Append((char)c);
            else text.Append(System.Globalization.CultureInfo.InvariantCulture, $"%{c:X2}");
        }
        return text.ToString();
    }

    /// <summary>A Contact that the flow's peer can reach on its own transport (INTEROP 3).</summary>
    /// <param name="writer">Gets the line.</param>
    /// <param name="user">Escaped; may be empty.</param>
    /// <param name="host">Advertised host, IPv6 in brackets.</param>
    /// <param name="port">Advertised port.</param>
    /// <param name="transport">The flow's.</param>
    /// <param name="secure">The request was for a sips URI (§12.1.1).</param>
    public static void WriteContact(ref SipWriter writer, string user, string host, int port, SipTransport transport, bool secure)
    {
        writer.BeginHeader(SipHeaderId.Contact);
        writer.Text(secure ? "<sips:"u8 : "<sip:"u8);
        if (user.Length > 0)
        {
            writer.Text(user);
            writer.Text("@"u8);
        }
        writer.Text(host);
        writer.Text(":"u8);
        writer.Number(port);
        writer.Text(transport switch
        {
            SipTransport.Tcp => ";transport=tcp>"u8,
            SipTransport.Tls => secure ? ">"u8 : ";transport=tls>"u8,
            SipTransport.Ws or SipTransport.Wss => ";transport=ws>"u8,
            _ => ">"u8,
        });
        writer.EndHeader();
    }

    public static void WriteSessionExpires(ref SipWriter writer, TimeSpan interval, string? refresher)
    {
        writer.BeginHeader(SipHeaderId.SessionExpires);
        writer.Number((long)interval.TotalSeconds);
        if (refresher is not null)
        {
            writer.Text(";refresher="u8);
            writer.Text(refresher);
        }
        writer.EndHeader();
    }

    /// <summary>Retry-After in seconds, its comment and parameters aside (RFC 3261 §20.33); null: absent or unreadable.</summary>
    public static TimeSpan? RetryAfter(SipMessage message)
    {
        ReadOnlySpan<byte> value = message.First(SipHeaderId.RetryAfter);
        int end = value.IndexOfAny(" ;(\t"u8);
        return SipGrammar.TrySeconds(end < 0 ? value : value[..end], out uint seconds) ? TimeSpan.FromSeconds(seconds) : null;
    }

    private static TimeSpan? Seconds(ReadOnlySpan<byte> value, out SipParameters parameters)
    {
        int semicolon = value.IndexOf((byte)';');
        parameters = semicolon < 0 ? default : new SipParameters(value[semicolon..]);
        ReadOnlySpan<byte> number = SipGrammar.Trim(semicolon < 0 ? value : value[..semicolon]);
        return SipGrammar.TrySeconds(number, out uint seconds) ? TimeSpan.FromSeconds(seconds) : null;
    }
}
