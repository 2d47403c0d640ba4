using System.Buffers;
using System.Text;

namespace Sip.Core.Grammar;

/// <summary>Parameters behind a header value or URI: <c>;name</c> or <c>;name=value</c>, white space allowed around the marks.</summary>
/// <remarks>An enumerator over the text; a name matches whatever its case. Quoted values are given without their quotes, escapes
/// kept.</remarks>
public ref struct SipParameters
{
    static readonly SearchValues<byte> _endOfName = SearchValues.Create(";=, \t\r\n\"<>"u8),
        _endOfValue = SearchValues.Create(";, \t\r\n\"<>"u8);

    readonly bool _inUri;
    readonly ReadOnlySpan<byte> _text;
    ReadOnlySpan<byte> _rest;

    /// <param name="text">Empty, or beginning with the first semicolon (white space before it is skipped).</param>
    public SipParameters(ReadOnlySpan<byte> text) : this(text, inUri: false)
    {
    }

    /// <summary>In a URI a percent sign escapes; in a header it is a character like others.</summary>
    internal SipParameters(ReadOnlySpan<byte> text, bool inUri)
    {
        _inUri = inUri;
        _text = SipGrammar.Trim(text);
        _rest = _text;
    }

    public ReadOnlySpan<byte> Name { get; private set; }
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>False for a parameter that is a name alone.</summary>
    public bool HasValue { get; private set; }

    /// <summary>True when the value stood in quotes.</summary>
    public bool Quoted { get; private set; }

    /// <summary>True when reading stopped at something that is no parameter.</summary>
    public bool Malformed { get; private set; }

    /// <summary>The text as received.</summary>
    public readonly ReadOnlySpan<byte> Raw => _text;

    public readonly SipParameters GetEnumerator() => new(_text, _inUri);
    public readonly SipParameters Current => this;

    public bool MoveNext()
    {
        if (_rest.IsEmpty) return false;
        if (_rest[0] != ';') return Stop();
        ReadOnlySpan<byte> text = _rest[1..].TrimStart(" \t\r\n"u8);
        // Parameters of a URI may hold brackets and more in their names: what ends a name is a mark or white space.
        int nameLength = text.IndexOfAny(_endOfName);
        if (nameLength < 0) nameLength = text.Length;
        if (nameLength == 0) return Stop();
        Name = text[..nameLength];
        text = text[nameLength..].TrimStart(" \t\r\n"u8);
        HasValue = Quoted = false;
        Value = default;
        if (!text.IsEmpty && text[0] == '=')
        {
            text = text[1..].TrimStart(" \t\r\n"u8);
            int length;
            if (!text.IsEmpty && text[0] == '"')
            {
                length = SipGrammar.QuotedLength(text);
                if (length < 0) return Stop();
                Value = text[1..(length - 1)];
                Quoted = true;
            }
            else
            {
                length = text.IndexOfAny(_endOfValue);
                if (length < 0) length = text.Length;
                if (length == 0) return Stop();
                Value = text[..length];
            }
            HasValue = true;
            text = text[length..].TrimStart(" \t\r\n"u8);
        }
        if (!text.IsEmpty && text[0] != ';') return Stop();
        _rest = text;
        return true;
    }

    bool Stop()
    {
        Malformed = true;
        _rest = default;
        return false;
    }

    /// <summary>The first parameter of that name; <paramref name="value"/> is empty where it has none.</summary>
    public readonly bool TryGet(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        var all = new SipParameters(_text, _inUri);
        while (all.MoveNext())
            if (_inUri ? SipUriText.Same(all.Name, name, ignoreCase: true) : Ascii.EqualsIgnoreCase(all.Name, name))
            {
                value = all.Value;
                return true;
            }
        value = default;
        return false;
    }

    public readonly bool Has(ReadOnlySpan<byte> name) => TryGet(name, out _);

    /// <summary>True when the whole text is parameters, each with a lawful value (generic-param, RFC 3261 §25.1).</summary>
    public readonly bool IsWellFormed()
    {
        var all = new SipParameters(_text, _inUri);
        while (all.MoveNext())
            if (!all.IsGeneric) return false;
        return !all.Malformed;
    }

    /// <summary>The current parameter is a generic-param: a token, and behind it a token, a host or a quoted string.</summary>
    internal readonly bool IsGeneric =>
        !Name.ContainsAnyExcept(SipGrammar.Token) && (Quoted || !HasValue || !Value.ContainsAnyExcept(SipGrammar.ParameterValue));
}
