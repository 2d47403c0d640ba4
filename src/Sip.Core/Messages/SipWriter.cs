using System.Buffers.Text;
using System.Text;

namespace Sip.Core.Messages;

/// <summary>Writes a message into the caller's buffer. Never throws: when the buffer is too small, <see cref="Overflowed"/> is true and
/// the text is of no use.</summary>
/// <remarks>A CR or LF inside a value is written as a space: nothing that goes through here can add a header line.</remarks>
public ref struct SipWriter(Span<byte> buffer)
{
    readonly Span<byte> _buffer = buffer;

    public int Length { get; private set; }
    public bool Overflowed { get; private set; }

    /// <summary>What has been written so far; empty after an overflow.</summary>
    public readonly ReadOnlySpan<byte> Written => Overflowed ? default : _buffer[..Length];

    public void RequestLine(SipMethod method, scoped ReadOnlySpan<byte> uri) => RequestLine(SipMethods.NameOf(method), uri);

    public void RequestLine(scoped ReadOnlySpan<byte> method, scoped ReadOnlySpan<byte> uri)
    {
        Text(method);
        Raw(" "u8);
        Text(uri);
        Raw(" SIP/2.0\r\n"u8);
    }

    /// <summary>An empty <paramref name="reason"/> stands for the RFC's phrase.</summary>
    public void StatusLine(int status, scoped ReadOnlySpan<byte> reason = default)
    {
        Raw("SIP/2.0 "u8);
        Number(status);
        Raw(" "u8);
        Text(reason.IsEmpty ? SipStatus.PhraseOf(status) : reason);
        Raw("\r\n"u8);
    }

    public void Header(SipHeaderId id, scoped ReadOnlySpan<byte> value) => Header(SipHeaders.NameOf(id), value);
    public void Header(SipHeaderId id, string value) => Header(SipHeaders.NameOf(id), value);
    public void Header(SipHeaderId id, long value) => Header(SipHeaders.NameOf(id), value);

    public void Header(scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<byte> value)
    {
        BeginHeader(name);
        Text(value);
        EndHeader();
    }

    public void Header(scoped ReadOnlySpan<byte> name, string value)
    {
        BeginHeader(name);
        Text(value);
        EndHeader();
    }

    public void Header(scoped ReadOnlySpan<byte> name, long value)
    {
        BeginHeader(name);
        Number(value);
        EndHeader();
    }

    /// <summary>For a value made of pieces: <c>BeginHeader</c>, any number of <c>Text</c> and <c>Number</c>, <c>EndHeader</c>.</summary>
    public void BeginHeader(SipHeaderId id) => BeginHeader(SipHeaders.NameOf(id));

    public void BeginHeader(scoped ReadOnlySpan<byte> name)
    {
        Text(name);
        Raw(": "u8);
    }

    /// <summary>Whole header lines that a writer made before, each with its CRLF.</summary>
    public void Lines(ReadOnlySpan<byte> lines) => Raw(lines);

    public void EndHeader() => Raw("\r\n"u8);

    /// <summary>Writes every line of a header as it stood in <paramref name="from"/>, under its full name.</summary>
    public void CopyAll(SipMessage from, SipHeaderId id)
    {
        for (int line = from.FirstLine(id); line >= 0; line = from.LineAt(line).Next) Header(id, from.ValueOf(line));
    }

    /// <summary>Ends the message without a body: Content-Length 0 and the blank line.</summary>
    public void End() => Body(default, default);

    /// <summary>Ends the message: Content-Type (where there is a body), Content-Length, blank line, body.</summary>
    public void Body(scoped ReadOnlySpan<byte> contentType, scoped ReadOnlySpan<byte> body)
    {
        if (!body.IsEmpty && !contentType.IsEmpty) Header(SipHeaderId.ContentType, contentType);
        Header(SipHeaderId.ContentLength, body.Length);
        Raw("\r\n"u8);
        Raw(body);
    }

    /// <summary>Text of a value; CR and LF become spaces.</summary>
    public void Text(scoped ReadOnlySpan<byte> text)
    {
        int start = Length;
        Raw(text);
        if (!Overflowed && text.IndexOfAny((byte)'\r', (byte)'\n') >= 0) Clean(start);
    }

    /// <summary>Text of a value as UTF-8.</summary>
    public void Text(string text)
    {
        int start = Length;
        if (!Overflowed && Encoding.UTF8.TryGetBytes(text, _buffer[Length..], out int written)) Length += written;
        else Overflowed = true;
        if (!Overflowed) Clean(start);
    }

    public void Number(long value)
    {
        if (!Overflowed && Utf8Formatter.TryFormat(value, _buffer[Length..], out int written)) Length += written;
        else Overflowed = true;
    }

    /// <summary>The text between quotes, with the escapes that it needs (RFC 3261 §25.1 quoted-string).</summary>
    public void Quoted(scoped ReadOnlySpan<byte> text)
    {
        Raw("\""u8);
        for (int at; (at = text.IndexOfAny((byte)'"', (byte)'\\')) >= 0; text = text[(at + 1)..])
        {
            Text(text[..at]);
            Raw("\\"u8);
            Raw(text.Slice(at, 1));
        }
        Text(text);
        Raw("\""u8);
    }

    void Clean(int start)
    {
        Span<byte> own = _buffer[start..Length];
        own.Replace((byte)'\r', (byte)' ');
        own.Replace((byte)'\n', (byte)' ');
    }

    void Raw(scoped ReadOnlySpan<byte> bytes)
    {
        if (!Overflowed && bytes.TryCopyTo(_buffer[Length..])) Length += bytes.Length;
        else Overflowed = true;
    }
}
