using System.Text;

namespace Sip.Core.Grammar;

/// <summary>A challenge or credentials: <c>scheme name=value, name="value"</c> (RFC 3261 §20.7, §20.44). An enumerator over the
/// parameters.</summary>
/// <remarks>Quoted values are given without their quotes, escapes kept.</remarks>
public ref struct SipAuthParameters
{
    readonly ReadOnlySpan<byte> _parameters;
    ReadOnlySpan<byte> _rest;

    SipAuthParameters(ReadOnlySpan<byte> scheme, ReadOnlySpan<byte> parameters)
    {
        Scheme = scheme;
        _parameters = _rest = parameters;
    }

    /// <summary>"Digest" from all who know anything.</summary>
    public ReadOnlySpan<byte> Scheme { get; }
    public ReadOnlySpan<byte> Name { get; private set; }
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>True when reading stopped at something that is no parameter.</summary>
    public bool Malformed { get; private set; }

    public readonly bool IsDigest => Ascii.EqualsIgnoreCase(Scheme, "Digest"u8);

    public static bool TryParse(ReadOnlySpan<byte> text, out SipAuthParameters parsed)
    {
        text = SipGrammar.Trim(text);
        int space = text.IndexOfAny(" \t\r\n"u8);
        ReadOnlySpan<byte> scheme = space < 0 ? text : text[..space];
        parsed = new SipAuthParameters(scheme, space < 0 ? default : SipGrammar.Trim(text[space..]));
        return SipGrammar.IsToken(scheme);
    }

    public readonly SipAuthParameters GetEnumerator() => new(Scheme, _parameters);
    public readonly SipAuthParameters Current => this;

    public bool MoveNext()
    {
        if (_rest.IsEmpty) return false;
        int equals = _rest.IndexOf((byte)'=');
        if (equals <= 0) return Stop();
        Name = SipGrammar.Trim(_rest[..equals]);
        if (!SipGrammar.IsToken(Name)) return Stop();
        ReadOnlySpan<byte> text = _rest[(equals + 1)..].TrimStart(" \t\r\n"u8);
        if (text.StartsWith((byte)'"'))
        {
            int length = SipGrammar.QuotedLength(text);
            if (length < 0) return Stop();
            Value = text[1..(length - 1)];
            text = text[length..];
        }
        else
        {
            int end = text.IndexOfAny(", \t\r\n"u8);
            Value = end < 0 ? text : text[..end];
            text = end < 0 ? default : text[end..];
        }
        text = text.TrimStart(" \t\r\n"u8);
        if (!text.IsEmpty && text[0] != ',') return Stop();
        _rest = text.TrimStart(", \t\r\n"u8);
        return true;
    }

    bool Stop()
    {
        Malformed = true;
        _rest = default;
        return false;
    }
}
