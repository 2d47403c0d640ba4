using System.Text;
using Sip.Core.Grammar;

namespace Sip.Core.Messages;

/// <summary>A SIP message: one buffer and offsets into it (RFC 3261 §7). Made once and parsed into again and again.</summary>
/// <remarks>
/// <see cref="Parse"/> copies the bytes in, checks the start line and the fields that every message must have, and leaves all other
/// fields as they are. Spans are valid until the next Parse. Folded lines are joined in the copy (each CRLF of a fold becomes two
/// spaces, §7.3.1), so no value holds a CR or LF. Allocates nothing once its buffers have grown. Not thread-safe.
/// After an error what was read stays readable, as far as it goes, for the answer.
/// </remarks>
public sealed partial class SipMessage
{
    /// <summary>Bytes of the largest message taken, header and body (RFC 3261 §18.1.1).</summary>
    public const int MaxBytes = 65536;

    /// <summary>Header lines of the longest header section taken.</summary>
    public const int MaxHeaders = 256;

    /// <summary>Bytes of the longest header line taken, folds included.</summary>
    public const int MaxHeaderBytes = 8192;

    internal struct Line
    {
        public SipHeaderId Id;
        public int NameStart, NameLength, ValueStart, ValueLength;
        public int Next;     // the next line of the same known header, -1 none
    }

    readonly record struct Slice(int Start, int Length);

    byte[] _buffer = [];
    int _length, _count;
    Line[] _lines = new Line[24];
    readonly short[] _first = new short[SipHeaders.Count], _last = new short[SipHeaders.Count];
    Slice _method, _uri, _reason, _callId, _cseqMethod, _fromTag, _toTag, _branch, _body;

    public SipParseError Error { get; private set; } = SipParseError.Empty;
    public bool IsRequest { get; private set; }

    /// <summary>The request's method; Unknown for one without a number, and for responses.</summary>
    public SipMethod Method { get; private set; }

    /// <summary>0 for a request.</summary>
    public int StatusCode { get; private set; }
    public uint CSeqNumber { get; private set; }
    public SipMethod CSeqMethod { get; private set; }

    /// <summary>-1 when absent.</summary>
    public int MaxForwards { get; private set; }

    public ReadOnlySpan<byte> MethodName => Get(_method);
    public ReadOnlySpan<byte> RequestUri => Get(_uri);
    public ReadOnlySpan<byte> ReasonPhrase => Get(_reason);
    public ReadOnlySpan<byte> CallId => Get(_callId);
    public ReadOnlySpan<byte> CSeqMethodName => Get(_cseqMethod);

    /// <summary>Empty when From has none (RFC 2543 clients).</summary>
    public ReadOnlySpan<byte> FromTag => Get(_fromTag);

    /// <summary>Empty outside a dialog.</summary>
    public ReadOnlySpan<byte> ToTag => Get(_toTag);

    /// <summary>The branch of the topmost Via, empty when it has none.</summary>
    public ReadOnlySpan<byte> TopBranch => Get(_branch);

    /// <summary>As long as Content-Length says; bytes of a datagram behind that are not the message's (§18.3).</summary>
    public ReadOnlySpan<byte> Body => Get(_body);

    /// <summary>The whole message without what follows its body; parses again to the same.</summary>
    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, _length);

    /// <summary>Every header line in order.</summary>
    public SipHeaderLines Lines => new(this);

    internal int LineCount => _count;
    internal ref readonly Line LineAt(int index) => ref _lines[index];
    internal ReadOnlySpan<byte> ValueOf(int line) => _buffer.AsSpan(_lines[line].ValueStart, _lines[line].ValueLength);
    internal ReadOnlySpan<byte> NameOf(int line) => _buffer.AsSpan(_lines[line].NameStart, _lines[line].NameLength);

    /// <summary>Index of the first line of a header, -1 when absent.</summary>
    internal int FirstLine(SipHeaderId id) => _first[(int)id] - 1;

    ReadOnlySpan<byte> Get(Slice slice) => _buffer.AsSpan(slice.Start, slice.Length);

    public bool Has(SipHeaderId id) => FirstLine(id) >= 0;

    /// <summary>The first value of a header (of a list, its first element); empty when absent.</summary>
    public ReadOnlySpan<byte> First(SipHeaderId id)
    {
        int line = FirstLine(id);
        if (line < 0) return default;
        ReadOnlySpan<byte> value = ValueOf(line);
        if (!SipHeaders.IsList(id)) return value;
        int comma = SipGrammar.IndexOutsideQuotes(value, (byte)',');
        return comma < 0 ? value : value[..comma].TrimEnd(" \t"u8);
    }

    /// <summary>The values of a header one by one: its lines, and in each what commas separate.</summary>
    public SipHeaderValues All(SipHeaderId id) => new(this, id);

    /// <summary>The value of the first line with that name (full names only, any case); empty when absent.</summary>
    public ReadOnlySpan<byte> Find(ReadOnlySpan<byte> name)
    {
        for (int i = 0; i < _count; i++)
            if (Ascii.EqualsIgnoreCase(NameOf(i), name)) return ValueOf(i);
        return default;
    }

    /// <summary>The first value as text (UTF-8), null when the header is absent. Allocates.</summary>
    public string? GetString(SipHeaderId id) => Has(id) ? Encoding.UTF8.GetString(First(id)) : null;

    /// <summary>True when a list header holds that token (Require, Supported, Allow, …), ignoring case.</summary>
    public bool Lists(SipHeaderId id, ReadOnlySpan<byte> token)
    {
        foreach (ReadOnlySpan<byte> value in All(id))
            if (Ascii.EqualsIgnoreCase(value, token)) return true;
        return false;
    }

    /// <summary>The topmost Via. True after every successful parse.</summary>
    public bool TryGetTopVia(out Via via) => Via.TryParse(First(SipHeaderId.Via), out via);

    /// <summary>True when the topmost branch identifies the transaction by itself (§8.1.1.7); else the RFC 2543 rules apply.</summary>
    public bool HasUniqueBranch => Via.IsUniqueBranch(TopBranch);

    /// <summary>What to answer after an error: 400, 413, 505; 0 for a response, an ACK, or a request without any Via.</summary>
    /// <remarks>The answer goes back over the flow that the request came from, with those of Via, From, To, Call-ID and CSeq that it
    /// has.</remarks>
    public int RejectStatus => IsRequest && Method != SipMethod.Ack && Has(SipHeaderId.Via) ? SipParseErrors.StatusOf(Error) : 0;
}
