using Sip.Core.Grammar;

namespace Sip.Core.Messages;

/// <summary>Walks the header lines of a message up to its blank line (RFC 3261 §7.3). Copies nothing; folded values keep their
/// CRLF.</summary>
public ref struct SipHeaderReader(ReadOnlySpan<byte> section)
{
    readonly int _total = section.Length;
    ReadOnlySpan<byte> _rest = section;

    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>Without the white space around it.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>True when the value spans lines: it holds CRLFs, each followed by SP or HTAB (§7.3.1).</summary>
    public bool Folded { get; private set; }

    public SipParseError Error { get; private set; }

    /// <summary>Bytes read so far; after the last header, the offset of the body.</summary>
    public readonly int Consumed => _total - _rest.Length;

    /// <summary>Moves to the next header line. False at the blank line (<see cref="Error"/> is None) or at a fault.</summary>
    public bool Read()
    {
        if (_rest.StartsWith("\r\n"u8))
        {
            _rest = _rest[2..];
            return false;
        }
        int end = EndOfField();
        if (end < 0) return false;
        ReadOnlySpan<byte> line = _rest[..end];
        int colon = line.IndexOf((byte)':');
        if (colon <= 0) return Fail(SipParseError.BadHeaderName);
        Name = line[..colon].TrimEnd(" \t"u8);
        Value = line[(colon + 1)..].Trim(" \t\r\n"u8);
        _rest = _rest[(end + 2)..];
        return (!Name.IsEmpty && !Name.ContainsAnyExcept(SipGrammar.Token)) || Fail(SipParseError.BadHeaderName);
    }

    /// <summary>Offset of the CRLF that ends the field, -1 at a fault. A CRLF before SP or HTAB folds.</summary>
    int EndOfField()
    {
        Folded = false;
        for (int from = 0; ;)
        {
            int at = _rest[from..].IndexOfAny((byte)'\r', (byte)'\n');
            at = at < 0 ? -1 : at + from;
            if (at < 0 || at + 1 >= _rest.Length) return FailAt(SipParseError.Truncated);
            if (_rest[at] != '\r' || _rest[at + 1] != '\n') return FailAt(SipParseError.BadLineEnd);
            if (at + 2 >= _rest.Length) return FailAt(SipParseError.Truncated);
            if (_rest[at + 2] is not ((byte)' ' or (byte)'\t')) return at;
            Folded = true;
            from = at + 3;
        }
    }

    bool Fail(SipParseError error)
    {
        Error = error;
        return false;
    }

    int FailAt(SipParseError error)
    {
        Error = error;
        return -1;
    }
}
