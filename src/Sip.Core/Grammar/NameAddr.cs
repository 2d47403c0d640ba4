using System.Text;

namespace Sip.Core.Grammar;

/// <summary>name-addr or addr-spec with header parameters (RFC 3261 §20.10, §25.1): From, To, Route, Refer-To and the like.</summary>
public ref struct NameAddr
{
    /// <summary>As received: tokens, or the inside of a quoted string with its escapes.</summary>
    public ReadOnlySpan<byte> DisplayName { get; private set; }

    /// <summary>True when the display name stood in quotes: its backslashes are escapes.</summary>
    public bool DisplayNameQuoted { get; private set; }

    /// <summary>The URI without angle brackets, of any scheme.</summary>
    public ReadOnlySpan<byte> Uri { get; private set; }

    /// <summary>True when the URI stood in angle brackets.</summary>
    public bool Bracketed { get; private set; }

    /// <summary>The header's parameters. Without angle brackets every parameter is the header's, none the URI's (§20.10).</summary>
    public SipParameters Parameters { get; private set; }

    /// <summary>The tag parameter, empty when absent.</summary>
    public readonly ReadOnlySpan<byte> Tag => Parameters.TryGet("tag"u8, out ReadOnlySpan<byte> tag) ? tag : default;

    /// <summary>Parses one value, the whole of <paramref name="text"/>.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out NameAddr address)
    {
        address = default;
        text = SipGrammar.Trim(text);
        if (text.IsEmpty) return false;
        int open;
        if (text[0] == '"')
        {
            int quoted = SipGrammar.QuotedLength(text);
            if (quoted < 0) return false;
            address.DisplayName = text[1..(quoted - 1)];
            address.DisplayNameQuoted = true;
            ReadOnlySpan<byte> behind = text[quoted..].TrimStart(" \t\r\n"u8);
            if (behind.IsEmpty || behind[0] != '<') return false;
            open = text.Length - behind.Length;
        }
        else
        {
            // A "<" behind a semicolon is a parameter's and opens no name-addr.
            open = text.IndexOfAny("<;"u8);
            if (open >= 0 && text[open] == ';') open = -1;
            if (open > 0)
            {
                ReadOnlySpan<byte> name = SipGrammar.Trim(text[..open]);
                if (!AreTokens(name)) return false;
                address.DisplayName = name;
            }
        }
        ReadOnlySpan<byte> parameters;
        if (open >= 0)
        {
            int close = text[open..].IndexOf((byte)'>');
            if (close < 0) return false;
            address.Bracketed = true;
            address.Uri = text[(open + 1)..(open + close)];
            parameters = SipGrammar.Trim(text[(open + close + 1)..]);
        }
        else
        {
            // Without brackets the URI may hold neither comma, question mark nor semicolon (§20.10).
            int semicolon = EndOfBareUri(text);
            address.Uri = SipGrammar.Trim(text[..semicolon]);
            parameters = text[semicolon..];
            if (address.Uri.ContainsAny(",?"u8)) return false;
        }
        address.Parameters = new SipParameters(parameters);
        return SipScheme.IsUri(address.Uri) && address.Parameters.IsWellFormed();
    }

    static int EndOfBareUri(ReadOnlySpan<byte> text)
    {
        int semicolon = text.IndexOf((byte)';');
        return semicolon < 0 ? text.Length : semicolon;
    }

    static bool AreTokens(ReadOnlySpan<byte> text)
    {
        foreach (byte c in text)
            if (!SipGrammar.Token.Contains(c) && !SipGrammar.IsSpace(c)) return false;
        return true;
    }

    /// <summary>The display name as text, escapes resolved. Allocates.</summary>
    public readonly string GetDisplayName()
    {
        if (!DisplayNameQuoted) return Encoding.UTF8.GetString(DisplayName);
        byte[] plain = new byte[DisplayName.Length];
        return Encoding.UTF8.GetString(plain, 0, SipGrammar.Unquote(DisplayName, plain));
    }
}
