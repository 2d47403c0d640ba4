using System.Text;
using Sip.Core.Framing;
using Sip.Core.Messages;
using Xunit;

namespace Sip.Core.Tests.Framing;

public class SipStreamFramerTests
{
    const string Head = "OPTIONS sip:h SIP/2.0\r\nVia: SIP/2.0/TCP h;branch=z9hG4bK1\r\n";

    static byte[] B(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>Feeds the stream in pieces; what came out, e.g. "M78 K S M120 E:TooLarge".</summary>
    static string Cut(byte[] stream, params int[] cuts)
    {
        var framer = new SipStreamFramer();
        var seen = new StringBuilder();
        int start = 0;
        foreach (int end in (int[])[.. cuts, stream.Length])
        {
            while (true)
            {
                SipFrame frame = framer.Next(stream.AsSpan(start, end - start));
                if (frame == SipFrame.NeedMore) break;
                if (frame == SipFrame.Error) return $"{seen}E:{framer.Error}";
                seen.Append(frame switch { SipFrame.Message => $"M{framer.Length} ", SipFrame.KeepAlive => "K ", _ => "S " });
                start += framer.Length;
            }
        }
        return seen.Append(start < stream.Length ? "…" : "").ToString();
    }

    static string Same(byte[] stream)
    {
        string whole = Cut(stream);
        for (int i = 0; i <= stream.Length; i++) Assert.Equal(whole, Cut(stream, i));
        Assert.Equal(whole, Cut(stream, [.. Enumerable.Range(0, stream.Length)]));
        return whole;
    }

    [Fact]
    public void Messages_and_keep_alives_come_out_the_same_wherever_the_stream_is_cut()
    {
        string first = Head + "Content-Length: 5\r\n\r\nhello", second = Head + "l : 0\r\n\r\n", third = Head +
            "X: a\r\n b\r\nl:\r\n 2\r\n\r\n\r\n";
        byte[] stream = B(first + "\r\n\r\n" + second + "\r\n" + third + "\r\n\r\n\r\n\r\n" + first + "\r\n");
        Assert.Equal($"M{first.Length} K M{second.Length} S M{third.Length} K K M{first.Length} …", Same(stream));
    }

    [Fact]
    public void Every_vector_that_says_its_length_is_cut_whole()
    {
        foreach (string name in (string[])["mpart01", "wsinv", "longreq", "esc01", "intmeth", "unreason", "transports"])
        {
            byte[] bytes = Vectors.Rfc4475(name);
            if (name == "wsinv") Assert.Equal($"M{bytes.Length} ", Same(bytes));
            Assert.Equal($"M{bytes.Length} M{bytes.Length} ", Same([.. bytes, .. bytes]));
        }
    }

    [Theory]
    [InlineData("\r\n\r\n", SipParseError.MissingContentLength)]
    [InlineData("Content-Length: x\r\n\r\n", SipParseError.BadContentLength)]
    [InlineData("Content-Length: -1\r\n\r\n", SipParseError.BadContentLength)]
    [InlineData("Content-Length: 99999999999\r\n\r\n", SipParseError.BadContentLength)]
    [InlineData("Content-Length: 65536\r\n\r\n", SipParseError.TooLarge)]
    [InlineData("Content-Length: 1\r\nl: 1\r\n\r\nx", SipParseError.DuplicateHeader)]
    [InlineData("No colon\r\nContent-Length: 0\r\n\r\n", SipParseError.BadHeaderName)]
    [InlineData("X: a\nb\r\nContent-Length: 0\r\n\r\n", SipParseError.BadLineEnd)]
    public void A_stream_that_cannot_be_cut_ends_in_an_error_and_stays_there(string rest, SipParseError error)
    {
        byte[] stream = B(rest[0] == '\r' ? Head + "\r\n" : Head + rest);
        Assert.Equal($"E:{error}", Same(stream));
        var framer = new SipStreamFramer();
        Assert.Equal(SipFrame.Error, framer.Next(stream));
        Assert.Equal(stream.AsSpan().IndexOf("\r\n\r\n"u8) + 4, framer.Length);     // enough to answer
        Assert.Equal(SipFrame.Error, framer.Next(B(Head + "l: 0\r\n\r\n")));
    }

    [Fact]
    public void A_message_may_have_64_KiB_and_no_more()
    {
        string head = Head + "Content-Length: 65000\r\n\r\n";
        Assert.Equal($"M{head.Length + 65000} ", Cut(B(head + new string('x', 65000))));
        Assert.Equal("E:TooLarge", Cut(B(new string('x', SipMessage.MaxBytes + 1))));
        Assert.Equal("E:TooLarge", Cut(B(Head + string.Concat(Enumerable.Repeat("X: y\r\n", 11000)) + "l: 0\r\n\r\n")));
    }

    [Fact]
    public void Line_ends_between_messages_are_CRLFs()
    {
        Assert.Equal("E:BadLineEnd", Same(B("\n\n" + Head)));
        Assert.Equal("E:BadLineEnd", Same(B("\rX")));
        Assert.Equal("…", Same(B("\r\n\r")));
        Assert.Equal("K …", Same(B("\r\n\r\n\r")));
    }

    [Fact]
    public void Framing_allocates_nothing()
    {
        byte[] stream = B(Head + "Content-Length: 5\r\n\r\nhello");
        for (int i = 0; i < 50; i++) Frame();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++) Frame();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Frame()
        {
            var framer = new SipStreamFramer();
            for (int i = 0; i < stream.Length; i++) framer.Next(stream.AsSpan(0, i));
            if (framer.Next(stream) != SipFrame.Message) throw new InvalidOperationException();
        }
    }
}
