using System.Text;
using Sip.Core.Grammar;

namespace Sip.Core.Messages;

public sealed partial class SipMessage
{
    /// <summary>Takes a whole message: a datagram, a WebSocket message, or what a framer cut out of a stream.</summary>
    /// <returns>None, or the first fault found. Never throws on wire input.</returns>
    public SipParseError Parse(ReadOnlySpan<byte> bytes)
    {
        Clear();
        if (bytes.Length > MaxBytes) return Error = SipParseError.TooLarge;
        bytes = bytes.TrimStart("\r\n"u8);     // §7.5: CRLFs before the start line are ignored
        if (!bytes.ContainsAnyExcept(" \t\r\n\0"u8)) return Error = SipParseError.Empty;
        if (_buffer.Length < bytes.Length) _buffer = new byte[bytes.Length];
        bytes.CopyTo(_buffer);
        _length = bytes.Length;

        int end = bytes.IndexOfAny((byte)'\r', (byte)'\n');
        if (end < 0 || end + 1 >= bytes.Length) return Error = SipParseError.Truncated;
        if (bytes[end] != '\r' || bytes[end + 1] != '\n') return Error = SipParseError.BadLineEnd;
        if (end > MaxHeaderBytes) return Error = SipParseError.HeaderTooLong;
        Error = ParseStartLine(_buffer.AsSpan(0, end));

        SipParseError fault = ParseHeaders(end + 2);
        if (Error == SipParseError.None) Error = fault;
        fault = CheckFields();
        if (Error == SipParseError.None) Error = fault;
        return Error;
    }

    void Clear()
    {
        _length = _count = 0;
        Array.Clear(_first);
        _method = _uri = _reason = _callId = _cseqMethod = _fromTag = _toTag = _branch = _body = default;
        (Error, IsRequest, Method, StatusCode) = (SipParseError.None, false, SipMethod.Unknown, 0);
        (CSeqNumber, CSeqMethod, MaxForwards) = (0, SipMethod.Unknown, -1);
    }

    SipParseError ParseStartLine(ReadOnlySpan<byte> line)
    {
        if (line.Length > 4 && Ascii.EqualsIgnoreCase(line[..4], "SIP/"u8)) return ParseStatusLine(line);
        int first = line.IndexOf((byte)' '), last = line.LastIndexOf((byte)' ');
        if (first <= 0 || last == first || !SipGrammar.IsToken(line[..first])) return SipParseError.BadStartLine;
        IsRequest = true;
        _method = new Slice(0, first);
        Method = SipMethods.Parse(MethodName);
        _uri = new Slice(first + 1, last - first - 1);
        ReadOnlySpan<byte> version = line[(last + 1)..];
        if (!Ascii.EqualsIgnoreCase(version, "SIP/2.0"u8))
            return IsVersion(version) ? SipParseError.BadVersion : SipParseError.BadStartLine;
        // A Request-URI never carries headers (§19.1.1, table 1) and never stands in angle brackets.
        ReadOnlySpan<byte> uri = RequestUri, scheme = SipScheme.Of(uri);
        bool good = SipScheme.IsSip(scheme) ? SipUri.TryParse(uri, out SipUri parsed) && parsed.Headers.IsEmpty : SipScheme.IsUri(uri);
        return good ? SipParseError.None : SipParseError.BadRequestUri;
    }

    SipParseError ParseStatusLine(ReadOnlySpan<byte> line)
    {
        int space = line.IndexOf((byte)' ');
        if (space < 0) return SipParseError.BadStartLine;
        if (!Ascii.EqualsIgnoreCase(line[..space], "SIP/2.0"u8))
            return IsVersion(line[..space]) ? SipParseError.BadVersion : SipParseError.BadStartLine;
        ReadOnlySpan<byte> rest = line[(space + 1)..];
        int end = rest.IndexOf((byte)' ');
        // "SIP/2.0 100" without the space before an empty reason is what some senders write.
        ReadOnlySpan<byte> digits = end < 0 ? rest : rest[..end];
        if (digits.Length != 3 || !SipGrammar.TryNumber(digits, 699, out uint status) || status < 100) return SipParseError.BadStatusCode;
        StatusCode = (int)status;
        if (end >= 0) _reason = new Slice(space + 1 + end + 1, rest.Length - end - 1);
        return SipParseError.None;
    }

    static bool IsVersion(ReadOnlySpan<byte> text)
    {
        if (text.Length < 7 || !Ascii.EqualsIgnoreCase(text[..4], "SIP/"u8)) return false;
        int dot = text.IndexOf((byte)'.');
        return dot > 4 && SipGrammar.TryNumber(text[4..dot], uint.MaxValue, out _)
            && SipGrammar.TryNumber(text[(dot + 1)..], uint.MaxValue, out _);
    }

    SipParseError ParseHeaders(int start)
    {
        var reader = new SipHeaderReader(_buffer.AsSpan(start, _length - start));
        SipParseError fault = SipParseError.None;
        int before = 0;
        while (reader.Read())
        {
            if (reader.Consumed - before > MaxHeaderBytes) return SipParseError.HeaderTooLong;
            before = reader.Consumed;
            if (_count == MaxHeaders) return SipParseError.TooManyHeaders;
            if (reader.Folded) Unfold(reader.Value);
            SipHeaderId id = SipHeaders.Find(reader.Name);
            if (!Append(id, reader.Name, reader.Value)) fault = SipParseError.DuplicateHeader;
        }
        if (reader.Error != SipParseError.None) return reader.Error;
        SipParseError body = TakeBody(start + reader.Consumed);
        return fault == SipParseError.None ? body : fault;
    }

    /// <summary>Joins folded lines in our own copy: a CRLF and the space behind it mean one space (§7.3.1).</summary>
    void Unfold(ReadOnlySpan<byte> value)
    {
        Slice at = SliceOf(value);
        Span<byte> own = _buffer.AsSpan(at.Start, at.Length);
        own.Replace((byte)'\r', (byte)' ');
        own.Replace((byte)'\n', (byte)' ');
    }

    /// <summary>False when the header may stand once only and stood already; the first one counts.</summary>
    bool Append(SipHeaderId id, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (_count == _lines.Length) Array.Resize(ref _lines, Math.Min(_lines.Length * 2, MaxHeaders));
        Slice named = SliceOf(name), valued = SliceOf(value);
        _lines[_count] = new Line
        {
            Id = id,
            NameStart = named.Start,
            NameLength = named.Length,
            ValueStart = valued.Start,
            ValueLength = valued.Length,
            Next = -1,
        };
        int index = _count++;
        if (id == SipHeaderId.Unknown) return true;
        if (_first[(int)id] == 0) _first[(int)id] = (short)(index + 1);     // stored plus one: 0 is absent
        else if (SipHeaders.IsSingle(id)) return false;
        else _lines[_last[(int)id]].Next = index;
        _last[(int)id] = (short)index;
        return true;
    }

    SipParseError TakeBody(int start)
    {
        int there = _length - start, length = there;
        if (Has(SipHeaderId.ContentLength))
        {
            if (!SipGrammar.TryNumber(First(SipHeaderId.ContentLength), int.MaxValue, out uint said)) return SipParseError.BadContentLength;
            if (said > there) return SipParseError.ShortBody;
            length = (int)said;
        }
        _length = start + length;
        _body = new Slice(start, length);
        return SipParseError.None;
    }

    /// <summary>The fields without which nothing can be done with a message (§8.1.1). Looks at all, so that an answer has what there
    /// is.</summary>
    SipParseError CheckFields()
    {
        SipParseError fault = CheckVia();
        Keep(ref fault, CheckAddress(SipHeaderId.From, SipParseError.BadFrom, ref _fromTag));
        Keep(ref fault, CheckAddress(SipHeaderId.To, SipParseError.BadTo, ref _toTag));
        Keep(ref fault, CheckCallId());
        Keep(ref fault, CheckCSeq());
        if (Has(SipHeaderId.MaxForwards))
        {
            if (SipGrammar.TryNumber(First(SipHeaderId.MaxForwards), 255, out uint hops)) MaxForwards = (int)hops;
            else Keep(ref fault, SipParseError.BadMaxForwards);
        }
        return fault;
    }

    static void Keep(ref SipParseError fault, SipParseError other)
    {
        if (fault == SipParseError.None) fault = other;
    }

    SipParseError CheckVia()
    {
        if (!Has(SipHeaderId.Via)) return SipParseError.MissingHeader;
        if (!TryGetTopVia(out Via via)) return SipParseError.BadVia;
        _branch = SliceOf(via.Branch);
        return SipParseError.None;
    }

    SipParseError CheckAddress(SipHeaderId id, SipParseError bad, ref Slice tag)
    {
        if (!Has(id)) return SipParseError.MissingHeader;
        if (!NameAddr.TryParse(First(id), out NameAddr address)) return bad;
        tag = SliceOf(address.Tag);
        return SipParseError.None;
    }

    SipParseError CheckCallId()
    {
        if (!Has(SipHeaderId.CallId)) return SipParseError.MissingHeader;
        ReadOnlySpan<byte> value = First(SipHeaderId.CallId);
        if (value.IsEmpty || value.ContainsAnyExcept(SipGrammar.CallId)) return SipParseError.BadCallId;
        _callId = SliceOf(value);
        return SipParseError.None;
    }

    SipParseError CheckCSeq()
    {
        if (!Has(SipHeaderId.CSeq)) return SipParseError.MissingHeader;
        if (!CSeq.TryParse(First(SipHeaderId.CSeq), out CSeq cseq)) return SipParseError.BadCSeq;
        CSeqNumber = cseq.Number;
        CSeqMethod = cseq.Method;
        _cseqMethod = SliceOf(cseq.MethodName);
        return !IsRequest || cseq.MethodName.SequenceEqual(MethodName) ? SipParseError.None : SipParseError.MethodMismatch;
    }

    /// <summary>Where a span of our buffer lies; an empty span is nowhere.</summary>
    Slice SliceOf(ReadOnlySpan<byte> part) =>
        _buffer.AsSpan().Overlaps(part, out int offset) ? new Slice(offset, part.Length) : default;
}
