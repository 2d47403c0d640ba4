using Sip.Core.Grammar;
using Sip.Core.Messages;

namespace Sip.Core.Framing;

/// <summary>Cuts a TCP or TLS stream into messages by Content-Length (RFC 3261 §18.3). One per connection; holds no bytes itself.</summary>
/// <remarks>
/// The owner passes all bytes that are not consumed yet, from the same start each time, and consumes <see cref="Length"/> bytes after
/// every answer but NeedMore. What was looked at is not looked at again, however small the pieces come.
/// </remarks>
public struct SipStreamFramer
{
    int _scanned;     // no end of header starts before this offset
    int _whole;       // bytes of the message once its header section is read, 0 before

    /// <summary>Bytes to consume. After Error: the header section where its end was seen (it can be parsed for an answer), else
    /// 0.</summary>
    public int Length { get; private set; }

    public SipParseError Error { get; private set; }

    public SipFrame Next(ReadOnlySpan<byte> unread)
    {
        Length = 0;
        if (Error != SipParseError.None) return SipFrame.Error;
        if (_scanned == 0 && _whole == 0 && !unread.IsEmpty && unread[0] is (byte)'\r' or (byte)'\n') return BetweenMessages(unread);
        if (_whole == 0 && !TryReadHeader(unread)) return Error == SipParseError.None ? SipFrame.NeedMore : SipFrame.Error;
        if (unread.Length < _whole) return SipFrame.NeedMore;
        Length = _whole;
        _whole = _scanned = 0;
        return SipFrame.Message;
    }

    SipFrame BetweenMessages(ReadOnlySpan<byte> unread)
    {
        if (unread.StartsWith("\r\n\r\n"u8)) return Consume(4, SipFrame.KeepAlive);
        if ("\r\n\r\n"u8.StartsWith(unread)) return SipFrame.NeedMore;
        if (unread.StartsWith("\r\n"u8)) return Consume(2, SipFrame.Skip);
        return Fail(SipParseError.BadLineEnd, 0);
    }

    bool TryReadHeader(ReadOnlySpan<byte> unread)
    {
        int end = unread[_scanned..].IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            _scanned = Math.Max(0, unread.Length - 3);
            if (unread.Length > SipMessage.MaxBytes) Fail(SipParseError.TooLarge, 0);
            return false;
        }
        int header = _scanned + end + 4;
        if (header > SipMessage.MaxBytes)
        {
            Fail(SipParseError.TooLarge, 0);
            return false;
        }
        if (!TryContentLength(unread[..header], out uint body)) return false;
        if (body > SipMessage.MaxBytes - header)
        {
            Fail(SipParseError.TooLarge, header);
            return false;
        }
        _whole = header + (int)body;
        return true;
    }

    bool TryContentLength(ReadOnlySpan<byte> header, out uint body)
    {
        body = 0;
        var reader = new SipHeaderReader(header[(header.IndexOf("\r\n"u8) + 2)..]);
        bool found = false;
        while (reader.Read())
        {
            if (SipHeaders.Find(reader.Name) != SipHeaderId.ContentLength) continue;
            if (found || !SipGrammar.TryNumber(reader.Value, uint.MaxValue, out body))
            {
                Fail(found ? SipParseError.DuplicateHeader : SipParseError.BadContentLength, header.Length);
                return false;
            }
            found = true;
        }
        if (reader.Error == SipParseError.None && found) return true;
        Fail(reader.Error == SipParseError.None ? SipParseError.MissingContentLength : reader.Error, header.Length);
        return false;
    }

    SipFrame Consume(int bytes, SipFrame what)
    {
        Length = bytes;
        return what;
    }

    SipFrame Fail(SipParseError error, int length)
    {
        Error = error;
        Length = length;
        return SipFrame.Error;
    }
}
