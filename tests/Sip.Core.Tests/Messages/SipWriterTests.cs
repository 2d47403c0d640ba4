using System.Text;
using Sip.Core.Messages;
using Xunit;

namespace Sip.Core.Tests.Messages;

public class SipWriterTests
{
    static string S(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);

    [Fact]
    public void What_is_written_parses_to_what_was_meant()
    {
        var source = new SipMessage();
        source.Parse(SipMessageTests.Invite);
        var writer = new SipWriter(new byte[2048]);
        writer.StatusLine(180);
        writer.CopyAll(source, SipHeaderId.Via);
        writer.CopyAll(source, SipHeaderId.From);
        writer.BeginHeader(SipHeaderId.To);
        writer.Text(source.First(SipHeaderId.To));
        writer.Text(";tag="u8);
        writer.Number(77);
        writer.EndHeader();
        writer.CopyAll(source, SipHeaderId.CallId);
        writer.CopyAll(source, SipHeaderId.CSeq);
        writer.Header("X-Text"u8, "größe");
        writer.Header(SipHeaderId.Expires, 3600);
        writer.Body("application/sdp"u8, "v=0\r\n"u8);
        var message = new SipMessage();
        Assert.Equal(SipParseError.None, message.Parse(writer.Written));
        Assert.Equal((180, "Ringing", "77"), (message.StatusCode, S(message.ReasonPhrase), S(message.ToTag)));
        Assert.Equal(3, message.All(SipHeaderId.Via).Count());
        Assert.Equal(S(source.TopBranch), S(message.TopBranch));
        Assert.Equal("größe", S(message.Find("X-Text"u8)));
        Assert.Equal("v=0\r\n", S(message.Body));
        Assert.Equal("application/sdp", message.GetString(SipHeaderId.ContentType));
    }

    [Fact]
    public void A_line_break_in_a_value_adds_no_header()
    {
        var writer = new SipWriter(new byte[512]);
        writer.StatusLine(200, "OK\r\nEvil: 1"u8);
        writer.Header(SipHeaderId.Subject, "a\r\nEvil: 1");
        writer.Header(SipHeaderId.Subject, "a\nEvil: 1"u8);
        writer.Header("X\r\nEvil"u8, "1"u8);
        Assert.Equal("SIP/2.0 200 OK  Evil: 1\r\nSubject: a  Evil: 1\r\nSubject: a Evil: 1\r\nX  Evil: 1\r\n", S(writer.Written));
    }

    [Fact]
    public void Quotes_and_backslashes_are_escaped()
    {
        var writer = new SipWriter(new byte[64]);
        writer.Quoted("a\"b\\c\"\""u8);
        Assert.Equal("\"a\\\"b\\\\c\\\"\\\"\"", S(writer.Written));
    }

    [Fact]
    public void A_buffer_too_small_by_any_amount_overflows_and_throws_nothing()
    {
        byte[] whole = new byte[1024];
        int length = Write(whole);
        for (int size = 0; size < length; size++) Assert.Equal(-1, Write(new byte[size]));
        Assert.Equal(length, Write(new byte[length]));

        static int Write(byte[] buffer)
        {
            var writer = new SipWriter(buffer);
            writer.RequestLine(SipMethod.Options, "sip:h"u8);
            writer.Header(SipHeaderId.Subject, "größe");
            writer.Header(SipHeaderId.Expires, 12345);
            writer.BeginHeader(SipHeaderId.From);
            writer.Quoted("a\"b"u8);
            writer.EndHeader();
            writer.Body("text/plain"u8, "hello"u8);
            Assert.Equal(writer.Overflowed, writer.Written.IsEmpty);
            return writer.Overflowed ? -1 : writer.Length;
        }
    }

    [Fact]
    public void Every_status_has_a_phrase()
    {
        for (int status = 100; status < 700; status++) Assert.False(SipStatus.PhraseOf(status).IsEmpty);
        Assert.Equal("Request Terminated", S(SipStatus.PhraseOf(487)));
    }
}
