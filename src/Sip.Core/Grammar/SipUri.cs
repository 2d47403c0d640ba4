using System.Net;
using System.Text;

namespace Sip.Core.Grammar;

/// <summary>A sip: or sips: URI (RFC 3261 §19.1), borrowed from the message. Escapes stay as they are; see
/// <see cref="SipUriText"/>.</summary>
public ref struct SipUri
{
    const int MaxParameters = 64;

    public bool IsSecure { get; private set; }

    /// <summary>True when there is an "@": the user may not be empty then.</summary>
    public bool HasUser { get; private set; }

    public ReadOnlySpan<byte> User { get; private set; }
    public bool HasPassword { get; private set; }
    public ReadOnlySpan<byte> Password { get; private set; }

    /// <summary>Host name or address; an IPv6 address is without its brackets.</summary>
    public ReadOnlySpan<byte> Host { get; private set; }

    /// <summary>True when the host is an IPv6 reference in brackets.</summary>
    public bool IsIPv6 { get; private set; }

    /// <summary>0: absent.</summary>
    public ushort Port { get; private set; }

    /// <summary>From the first semicolon on; empty when there are none.</summary>
    public SipParameters Parameters { get; private set; }

    /// <summary>What stands behind the question mark: <c>name=value&amp;name=value</c>.</summary>
    public ReadOnlySpan<byte> Headers { get; private set; }

    /// <summary>The URI as received.</summary>
    public ReadOnlySpan<byte> Raw { get; private set; }

    public readonly ReadOnlySpan<byte> Scheme => IsSecure ? "sips"u8 : "sip"u8;
    public readonly bool IsLooseRouter => Parameters.Has("lr"u8);

    /// <summary>Parses the whole of <paramref name="text"/>; false for another scheme or anything the grammar forbids.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out SipUri uri)
    {
        uri = default;
        uri.Raw = text;
        ReadOnlySpan<byte> rest;
        if (text.Length > 4 && text[3] == ':' && Ascii.EqualsIgnoreCase(text[..3], "sip"u8)) rest = text[4..];
        else if (text.Length > 5 && text[4] == ':' && Ascii.EqualsIgnoreCase(text[..4], "sips"u8)) rest = text[5..];
        else return false;
        uri.IsSecure = text[3] != ':';

        // "@" is lawful only as the end of the userinfo, which may itself hold ";" and "?" (RFC 4475 §3.1.1.9).
        int at = rest.IndexOf((byte)'@');
        if (at >= 0)
        {
            if (!uri.TakeUserInfo(rest[..at])) return false;
            rest = rest[(at + 1)..];
        }
        if (!TryHostPort(rest, out ReadOnlySpan<byte> host, out bool bracketed, out ushort port, out int used)) return false;
        uri.Host = host;
        uri.IsIPv6 = bracketed;
        uri.Port = port;
        rest = rest[used..];

        int question = rest.IndexOf((byte)'?');
        if (question >= 0)
        {
            uri.Headers = rest[(question + 1)..];
            rest = rest[..question];
            if (uri.Headers.IsEmpty || uri.Headers.ContainsAnyExcept(SipGrammar.UriHeaders) || !EscapesAreWhole(uri.Headers)) return false;
        }
        if (rest.IsEmpty) return true;
        if (rest[0] != ';' || rest.ContainsAnyExcept(SipGrammar.UriParameters) || !EscapesAreWhole(rest)) return false;
        uri.Parameters = new SipParameters(rest, inUri: true);
        return AreDistinct(uri.Parameters);
    }

    bool TakeUserInfo(ReadOnlySpan<byte> info)
    {
        if (info.IsEmpty || info.ContainsAnyExcept(SipGrammar.UserInfo) || !EscapesAreWhole(info)) return false;
        int colon = info.IndexOf((byte)':');
        User = colon < 0 ? info : info[..colon];
        HasUser = true;
        HasPassword = colon >= 0;
        if (HasPassword) Password = info[(colon + 1)..];
        return !User.IsEmpty && !Password.Contains((byte)':');
    }

    /// <summary>Parameters that each stand once (§19.1.1). The limit keeps a stranger from making us compare thousands with each
    /// other.</summary>
    static bool AreDistinct(in SipParameters parameters)
    {
        SipParameters all = parameters;
        for (int count = 0; all.MoveNext(); count++)
        {
            if (count == MaxParameters) return false;
            SipParameters earlier = parameters;
            for (int i = 0; i < count; i++)
                if (earlier.MoveNext() && SipUriText.Same(earlier.Name, all.Name, ignoreCase: true)) return false;
        }
        return !all.Malformed;
    }

    /// <summary>Every "%" is followed by two hex digits.</summary>
    internal static bool EscapesAreWhole(ReadOnlySpan<byte> text)
    {
        for (int i = text.IndexOf((byte)'%'); i >= 0;)
        {
            if (i + 2 >= text.Length || !char.IsAsciiHexDigit((char)text[i + 1]) || !char.IsAsciiHexDigit((char)text[i + 2])) return false;
            int next = text[(i + 3)..].IndexOf((byte)'%');
            i = next < 0 ? -1 : i + 3 + next;
        }
        return true;
    }

    /// <summary>Reads <c>host[:port]</c> at the start of <paramref name="text"/>: name, IPv4, or IPv6 in brackets.</summary>
    /// <remarks>An absent port is 0; <c>used</c> counts the bytes taken.</remarks>
    internal static bool TryHostPort(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> host, out bool bracketed, out ushort port,
        out int used)
    {
        host = default;
        port = 0;
        used = 0;
        bracketed = !text.IsEmpty && text[0] == '[';
        if (bracketed)
        {
            int close = text.IndexOf((byte)']');
            if (close < 2) return false;
            host = text[1..close];
            if (host.ContainsAnyExcept(SipGrammar.IPv6Reference) || !IPAddress.IsValidUtf8(host)) return false;
            used = close + 1;
        }
        else
        {
            int end = text.IndexOfAnyExcept(SipGrammar.HostName);
            used = end < 0 ? text.Length : end;
            if (used == 0) return false;
            host = text[..used];
        }
        if (used >= text.Length || text[used] != ':') return true;
        ReadOnlySpan<byte> digits = text[(used + 1)..];
        int length = digits.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (length >= 0) digits = digits[..length];
        if (!SipGrammar.TryNumber(digits, ushort.MaxValue, out uint number) || number == 0) return false;
        port = (ushort)number;
        used += 1 + digits.Length;
        return true;
    }
}
