using System.Text;

namespace Sip.Core.Grammar;

/// <summary>One Via value (RFC 3261 §20.42, RFC 3581).</summary>
public ref struct Via
{
    /// <summary>The first seven bytes of every RFC 3261 branch (§8.1.1.7).</summary>
    public static ReadOnlySpan<byte> MagicCookie => "z9hG4bK"u8;

    /// <summary>"SIP" and "2.0" from our peers; any tokens pass.</summary>
    public ReadOnlySpan<byte> Protocol { get; private set; }
    public ReadOnlySpan<byte> Version { get; private set; }

    /// <summary>UDP, TCP, TLS, WS, WSS, or any token.</summary>
    public ReadOnlySpan<byte> Transport { get; private set; }

    /// <summary>sent-by's host; an IPv6 address is without its brackets.</summary>
    public ReadOnlySpan<byte> Host { get; private set; }
    public bool IsIPv6 { get; private set; }

    /// <summary>0: absent.</summary>
    public ushort Port { get; private set; }

    public SipParameters Parameters { get; private set; }
    public ReadOnlySpan<byte> Branch { get; private set; }
    public ReadOnlySpan<byte> Received { get; private set; }
    public ReadOnlySpan<byte> Maddr { get; private set; }

    /// <summary>True with <c>;rport</c>, with or without a value (RFC 3581 §3).</summary>
    public bool HasRPort { get; private set; }

    /// <summary>The value of rport, 0 when it has none.</summary>
    public ushort RPort { get; private set; }

    /// <summary>The value as received.</summary>
    public ReadOnlySpan<byte> Raw { get; private set; }

    /// <summary>True for a branch that identifies its transaction by itself; the bare cookie does not (RFC 4475 §3.2.1).</summary>
    public readonly bool HasUniqueBranch => IsUniqueBranch(Branch);

    public static bool IsUniqueBranch(ReadOnlySpan<byte> branch) =>
        branch.Length > MagicCookie.Length && Ascii.EqualsIgnoreCase(branch[..MagicCookie.Length], MagicCookie);

    /// <summary>Parses one value, the whole of <paramref name="text"/>.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out Via via)
    {
        via = default;
        text = SipGrammar.Trim(text);
        via.Raw = text;
        ReadOnlySpan<byte> protocol = default, version = default, transport = default;
        if (!TakeToken(ref text, out protocol) || !TakeSlash(ref text)
            || !TakeToken(ref text, out version) || !TakeSlash(ref text)
            || !TakeToken(ref text, out transport)) return false;
        via.Protocol = protocol;
        via.Version = version;
        via.Transport = transport;
        if (text.IsEmpty || !SipGrammar.IsSpace(text[0])) return false;
        text = text.TrimStart(" \t\r\n"u8);

        int semicolon = text.IndexOf((byte)';');
        ReadOnlySpan<byte> sentBy = SipGrammar.Trim(semicolon < 0 ? text : text[..semicolon]);
        if (!via.TakeSentBy(sentBy)) return false;
        via.Parameters = new SipParameters(semicolon < 0 ? default : text[semicolon..]);
        return via.TakeParameters();
    }

    bool TakeSentBy(ReadOnlySpan<byte> sentBy)
    {
        if (!SipUri.TryHostPort(sentBy, out ReadOnlySpan<byte> host, out bool bracketed, out ushort port, out int used)) return false;
        Host = host;
        IsIPv6 = bracketed;
        Port = port;
        ReadOnlySpan<byte> rest = SipGrammar.Trim(sentBy[used..]);
        if (rest.IsEmpty) return true;
        // "host : port" with white space around the colon (COLON is SWS ":" SWS).
        if (port != 0 || rest[0] != ':' || !SipGrammar.TryNumber(SipGrammar.Trim(rest[1..]), ushort.MaxValue, out uint number)
            || number == 0) return false;
        Port = (ushort)number;
        return true;
    }

    bool TakeParameters()
    {
        var all = Parameters;
        while (all.MoveNext())
        {
            if (!all.IsGeneric) return false;
            if (Ascii.EqualsIgnoreCase(all.Name, "branch"u8))
            {
                if (!Branch.IsEmpty) return false;     // two names for one transaction
                Branch = all.Value;
            }
            else if (Ascii.EqualsIgnoreCase(all.Name, "received"u8)) Received = all.Value;
            else if (Ascii.EqualsIgnoreCase(all.Name, "maddr"u8)) Maddr = all.Value;
            else if (Ascii.EqualsIgnoreCase(all.Name, "rport"u8))
            {
                HasRPort = true;
                if (all.HasValue && SipGrammar.TryNumber(all.Value, ushort.MaxValue, out uint port)) RPort = (ushort)port;
            }
        }
        return !all.Malformed;
    }

    static bool TakeToken(scoped ref ReadOnlySpan<byte> text, out ReadOnlySpan<byte> token)
    {
        int length = text.IndexOfAnyExcept(SipGrammar.Token);
        token = length <= 0 ? default : text[..length];
        if (length > 0) text = text[length..];
        return length > 0;
    }

    static bool TakeSlash(scoped ref ReadOnlySpan<byte> text)
    {
        text = text.TrimStart(" \t\r\n"u8);
        if (text.IsEmpty || text[0] != '/') return false;
        text = text[1..].TrimStart(" \t\r\n"u8);
        return true;
    }
}
