using System.Text;
using Sip.Core.Grammar;
using Sip.Core.Messages;
using Xunit;

namespace Sip.Core.Tests.Messages;

public class SipMessageTests
{
    internal static readonly byte[] Invite = Encoding.UTF8.GetBytes(
        "INVITE sip:9999@192.0.2.1;transport=udp SIP/2.0\r\n" +
        "Via: SIP/2.0/UDP 192.0.2.7:5070;branch=z9hG4bK74bf9;rport, SIP/2.0/TCP proxy.example.com;branch=z9hG4bK1\r\n" +
        "v: SIP/2.0/TLS [2001:db8::1]:5061;branch=z9hG4bK2\r\n" +
        "Max-Forwards: 70\r\n" +
        "f: \"Alice \\\"A\\\"\" <sip:1001@192.0.2.1>;tag=9fxced76sl\r\n" +
        "t: <sip:9999@192.0.2.1>\r\n" +
        "i: 3848276298220188511@192.0.2.7\r\n" +
        "CSeq: 2 INVITE\r\n" +
        "m: <sip:1001-0x55d0@192.0.2.7:5070;ob>;+sip.instance=\"<urn:uuid:1>\"\r\n" +
        "k: replaces,\r\n  timer , path\r\n" +
        "X-Strange: a, b;; c\r\n" +
        "c: application/sdp\r\n" +
        "l: 5\r\n\r\nv=0\r\nIGNORED");

    readonly SipMessage _message = new();

    static string S(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);

    /// <summary>A request that lacks nothing, with a part replaced.</summary>
    static byte[] With(string part, string instead)
    {
        const string whole = "OPTIONS sip:h SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nFrom: <sip:a@h>;tag=1\r\nTo: <sip:b@h>\r\nCall-ID: 1@h\r\n" +
            "CSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n";
        Assert.Contains(part, whole, StringComparison.Ordinal);
        return Encoding.UTF8.GetBytes(whole.Replace(part, instead, StringComparison.Ordinal));
    }

    SipParseError Parse(string part, string instead) => _message.Parse(With(part, instead));

    [Fact]
    public void Fields_that_every_message_has_are_sliced_by_Parse()
    {
        Assert.Equal(SipParseError.None, _message.Parse(Invite));
        Assert.True(_message.IsRequest);
        Assert.Equal(SipMethod.Invite, _message.Method);
        Assert.Equal("sip:9999@192.0.2.1;transport=udp"u8, _message.RequestUri);
        Assert.Equal("z9hG4bK74bf9"u8, _message.TopBranch);
        Assert.Equal("9fxced76sl"u8, _message.FromTag);
        Assert.True(_message.ToTag.IsEmpty);
        Assert.Equal("3848276298220188511@192.0.2.7"u8, _message.CallId);
        Assert.Equal((2u, SipMethod.Invite, 70), (_message.CSeqNumber, _message.CSeqMethod, _message.MaxForwards));
        Assert.Equal("v=0\r\n"u8, _message.Body);
        Assert.Equal(Invite.Length - "IGNORED".Length, _message.Bytes.Length);
    }

    [Fact]
    public void Values_come_from_several_lines_and_from_comma_lists_alike()
    {
        _message.Parse(Invite);
        var transports = new List<string>();
        foreach (ReadOnlySpan<byte> value in _message.All(SipHeaderId.Via))
        {
            Assert.True(Via.TryParse(value, out Via via));
            transports.Add(S(via.Transport) + " " + S(via.Host));
        }
        Assert.Equal(["UDP 192.0.2.7", "TCP proxy.example.com", "TLS 2001:db8::1"], transports);
        Assert.Equal(3, _message.All(SipHeaderId.Supported).Count());
        Assert.True(_message.Lists(SipHeaderId.Supported, "TIMER"u8));
        Assert.False(_message.Lists(SipHeaderId.Supported, "time"u8));
        Assert.Equal("SIP/2.0/UDP 192.0.2.7:5070;branch=z9hG4bK74bf9;rport"u8, _message.First(SipHeaderId.Via));
    }

    [Fact]
    public void A_comma_inside_quotes_or_angle_brackets_and_in_headers_that_are_no_lists_separates_nothing()
    {
        Assert.Equal(SipParseError.None, Parse("Max-Forwards: 70",
            "Contact: \"a, \\\"b\" <sip:x,y@h>;p=\"c,d\", <sip:e@h>\r\nDate: Sat, 13 Nov 2010 23:29:00 GMT\r\nAuthorization: Digest a=1, b=2\r\nSubject: x, y"));
        Assert.Equal(2, _message.All(SipHeaderId.Contact).Count());
        Assert.Equal("Sat, 13 Nov 2010 23:29:00 GMT", _message.GetString(SipHeaderId.Date));
        Assert.Equal("Digest a=1, b=2", _message.GetString(SipHeaderId.Authorization));
        Assert.Equal(1, _message.All(SipHeaderId.Subject).Count());
    }

    [Fact]
    public void Unknown_headers_are_kept_with_their_names_in_order()
    {
        _message.Parse(Invite);
        Assert.Equal("a, b;; c", S(_message.Find("x-strange"u8)));
        Assert.True(_message.Find("X-Absent"u8).IsEmpty);
        var names = new List<string>();
        foreach (SipHeaderLine line in _message.Lines) names.Add($"{line.Id}:{S(line.Name)}");
        Assert.Equal(["Via:Via", "Via:v", "MaxForwards:Max-Forwards", "From:f", "To:t", "CallId:i", "CSeq:CSeq", "Contact:m", "Supported:k",
            "Unknown:X-Strange", "ContentType:c", "ContentLength:l"], names);
    }

    [Fact]
    public void Every_header_is_found_by_its_full_name_in_any_case()
    {
        foreach (SipHeaderId id in Enum.GetValues<SipHeaderId>())
        {
            if (id == SipHeaderId.Unknown) continue;
            string name = S(SipHeaders.NameOf(id));
            Assert.Equal(id, SipHeaders.Find(Encoding.ASCII.GetBytes(name)));
            Assert.Equal(id, SipHeaders.Find(Encoding.ASCII.GetBytes(name.ToUpperInvariant())));
            Assert.Equal(SipHeaderId.Unknown, SipHeaders.Find(Encoding.ASCII.GetBytes(name + "x")));
        }
        Assert.Equal(SipHeaderId.Unknown, SipHeaders.Find(""u8));
        Assert.Equal(SipHeaderId.Unknown, SipHeaders.Find("z"u8));
        Assert.Equal(SipHeaderId.Unknown, SipHeaders.Find("6"u8));     // '6' | 0x20 is '6': no letter
        Assert.Equal(SipHeaderId.Unknown, SipHeaders.Find("V6"u8));
    }

    [Fact]
    public void Every_method_is_found_by_its_name_and_only_in_capitals()
    {
        foreach (SipMethod method in Enum.GetValues<SipMethod>())
        {
            if (method == SipMethod.Unknown) continue;
            Assert.Equal(method, SipMethods.Parse(SipMethods.NameOf(method)));
            Assert.Equal(SipMethod.Unknown, SipMethods.Parse(Encoding.ASCII.GetBytes(S(SipMethods.NameOf(method)).ToLowerInvariant())));
        }
    }

    [Theory]
    [InlineData("OPTIONS sip:h SIP/2.0", "OPTIONS sip:h", SipParseError.BadStartLine)]
    [InlineData("OPTIONS sip:h SIP/2.0", "OPTIONS", SipParseError.BadStartLine)]
    [InlineData("OPTIONS sip:h SIP/2.0", "OPT(IONS sip:h SIP/2.0", SipParseError.BadStartLine)]
    [InlineData("OPTIONS sip:h SIP/2.0", "OPTIONS sip:h HTTP/1.1", SipParseError.BadStartLine)]
    [InlineData("OPTIONS sip:h SIP/2.0", "OPTIONS sip:h SIP/3.0", SipParseError.BadVersion)]
    [InlineData("OPTIONS sip:h SIP/2.0", "OPTIONS sip:h sip/2.0", SipParseError.None)]
    [InlineData("OPTIONS sip:h SIP/2.0", "OPTIONS \"sip:h\" SIP/2.0", SipParseError.BadRequestUri)]
    [InlineData("OPTIONS sip:h SIP/2.0", "OPTIONS h SIP/2.0", SipParseError.BadRequestUri)]
    [InlineData("OPTIONS sip:h SIP/2.0", "OPTIONS tel:+1-555 SIP/2.0", SipParseError.None)]
    [InlineData("Call-ID: 1@h\r\n", "", SipParseError.MissingHeader)]
    [InlineData("From: <sip:a@h>;tag=1\r\n", "", SipParseError.MissingHeader)]
    [InlineData("To: <sip:b@h>\r\n", "", SipParseError.MissingHeader)]
    [InlineData("CSeq: 1 OPTIONS\r\n", "", SipParseError.MissingHeader)]
    [InlineData("Via: SIP/2.0/UDP h;branch=z9hG4bK1\r\n", "", SipParseError.MissingHeader)]
    [InlineData("Max-Forwards: 70\r\n", "", SipParseError.None)]
    [InlineData("Max-Forwards: 70", "Max-Forwards: 256", SipParseError.BadMaxForwards)]
    [InlineData("Max-Forwards: 70", "Max-Forwards: many", SipParseError.BadMaxForwards)]
    [InlineData("Max-Forwards: 70", "Max-Forwards: 70\r\nMax-Forwards: 70", SipParseError.DuplicateHeader)]
    [InlineData("Max-Forwards: 70", "t: <sip:c@h>", SipParseError.DuplicateHeader)]
    [InlineData("CSeq: 1 OPTIONS", "CSeq: 1 INVITE", SipParseError.MethodMismatch)]
    [InlineData("CSeq: 1 OPTIONS", "CSeq: 1 options", SipParseError.MethodMismatch)]
    [InlineData("Call-ID: 1@h", "Call-ID: a b", SipParseError.BadCallId)]
    [InlineData("Call-ID: 1@h", "Call-ID:", SipParseError.BadCallId)]
    [InlineData("Max-Forwards: 70", "No colon here", SipParseError.BadHeaderName)]
    [InlineData("Max-Forwards: 70", ": no name", SipParseError.BadHeaderName)]
    [InlineData("Max-Forwards: 70", "Bad name: x", SipParseError.BadHeaderName)]
    [InlineData("Max-Forwards: 70", "X: a\nY: b", SipParseError.BadLineEnd)]
    [InlineData("Max-Forwards: 70", "X: a\rb", SipParseError.BadLineEnd)]
    [InlineData("Content-Length: 0", "Content-Length: 1", SipParseError.ShortBody)]
    [InlineData("Content-Length: 0", "Content-Length: 4294967296", SipParseError.BadContentLength)]
    [InlineData("Content-Length: 0", "Content-Length: 0x0", SipParseError.BadContentLength)]
    [InlineData("Content-Length: 0", "Content-Length: ", SipParseError.BadContentLength)]
    [InlineData("Content-Length: 0", "Content-Length: 0\r\nl: 0", SipParseError.DuplicateHeader)]
    [InlineData("Content-Length: 0\r\n\r\n", "Content-Length: 0\r\n", SipParseError.Truncated)]
    [InlineData("\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n", "", SipParseError.Truncated)]
    public void A_fault_is_named(string part, string instead, SipParseError expected) => Assert.Equal(expected, Parse(part, instead));

    [Theory]
    [InlineData("")]
    [InlineData("\r\n\r\n")]
    [InlineData("\r\n")]
    [InlineData("\0")]
    [InlineData("\0\0\0\0")]
    [InlineData(" ")]
    public void A_keep_alive_is_empty_and_gets_no_answer(string text)
    {
        Assert.Equal(SipParseError.Empty, _message.Parse(Encoding.UTF8.GetBytes(text)));
        Assert.Equal(0, _message.RejectStatus);
    }

    [Fact]
    public void CRLFs_before_the_start_line_are_ignored()
    {
        Assert.Equal(SipParseError.None, _message.Parse([.. "\r\n\r\n"u8, .. With("h", "h")]));
        Assert.Equal("OPTIONS"u8, _message.MethodName);
    }

    [Fact]
    public void A_message_of_64_KiB_is_taken_and_one_byte_more_is_413()
    {
        byte[] head = With("Content-Length: 0\r\n", "");
        byte[] bytes = new byte[SipMessage.MaxBytes];
        head.CopyTo(bytes, 0);
        Assert.Equal(SipParseError.None, _message.Parse(bytes));
        Assert.Equal(SipMessage.MaxBytes - head.Length, _message.Body.Length);
        Assert.Equal(SipParseError.TooLarge, _message.Parse(new byte[SipMessage.MaxBytes + 1]));
        Assert.Equal(413, SipParseErrors.StatusOf(SipParseError.TooLarge));
    }

    [Fact]
    public void As_many_headers_as_the_limit_are_taken_and_one_more_is_400()
    {
        string more = string.Concat(Enumerable.Repeat("X: y\r\n", SipMessage.MaxHeaders - 7));
        Assert.Equal(SipParseError.None, Parse("Max-Forwards: 70\r\n", "Max-Forwards: 70\r\n" + more));
        Assert.Equal(SipParseError.TooManyHeaders, Parse("Max-Forwards: 70\r\n", "Max-Forwards: 70\r\n" + more + "X: y\r\n"));
        Assert.Equal(400, _message.RejectStatus);
    }

    [Fact]
    public void A_header_line_as_long_as_the_limit_is_taken_and_a_longer_one_is_400()
    {
        string value = new('y', SipMessage.MaxHeaderBytes - "X: \r\n".Length);
        Assert.Equal(SipParseError.None, Parse("Max-Forwards: 70", "X: " + value));
        Assert.Equal(SipParseError.HeaderTooLong, Parse("Max-Forwards: 70", "X: y" + value));
        Assert.Equal(400, _message.RejectStatus);
        Assert.Equal(SipParseError.HeaderTooLong, Parse("sip:h", "sip:" + new string('h', 9000)));
    }

    [Fact]
    public void After_a_fault_an_ACK_a_response_and_a_request_without_Via_get_no_answer()
    {
        Parse("Call-ID: 1@h\r\n", "");
        Assert.Equal(400, _message.RejectStatus);
        _message.Parse(Encoding.UTF8.GetBytes(S(With("Call-ID: 1@h\r\n", "")).Replace("OPTIONS", "ACK", StringComparison.Ordinal)));
        Assert.Equal((SipParseError.MissingHeader, 0), (_message.Error, _message.RejectStatus));
        _message.Parse(Encoding.UTF8.GetBytes(S(With("Call-ID: 1@h\r\n", "")).Replace("OPTIONS sip:h SIP/2.0", "SIP/2.0 200 OK",
            StringComparison.Ordinal)));
        Assert.Equal((SipParseError.MissingHeader, 0), (_message.Error, _message.RejectStatus));
        Parse("Via: SIP/2.0/UDP h;branch=z9hG4bK1\r\n", "");
        Assert.Equal(0, _message.RejectStatus);
        _message.Parse("GET / HTTP/1.1\r\nHost: h\r\n\r\n"u8);
        Assert.Equal(0, _message.RejectStatus);
    }

    [Fact]
    public void A_message_used_again_keeps_nothing_of_the_one_before()
    {
        _message.Parse(Invite);
        Assert.Equal(SipParseError.None, Parse("h", "h"));
        Assert.Equal((SipMethod.Options, 7), (_message.Method, _message.LineCount));
        Assert.False(_message.Has(SipHeaderId.Contact) || _message.Has(SipHeaderId.Supported));
        Assert.True(_message.Find("X-Strange"u8).IsEmpty);
        Assert.True(_message.Body.IsEmpty);
        _message.Parse(""u8);
        Assert.False(_message.IsRequest);
        Assert.True(_message.CallId.IsEmpty && _message.First(SipHeaderId.Via).IsEmpty);
    }

    [Theory]
    [InlineData("SIP/2.0 100 ", SipParseError.None)]
    [InlineData("SIP/2.0 100", SipParseError.None)]
    [InlineData("SIP/2.0 699 x", SipParseError.None)]
    [InlineData("SIP/2.0 700 x", SipParseError.BadStatusCode)]
    [InlineData("SIP/2.0 099 x", SipParseError.BadStatusCode)]
    [InlineData("SIP/2.0 1000 x", SipParseError.BadStatusCode)]
    [InlineData("SIP/2.0 20 x", SipParseError.BadStatusCode)]
    [InlineData("SIP/2.0  200 x", SipParseError.BadStatusCode)]
    [InlineData("SIP/7.0 200 OK", SipParseError.BadVersion)]
    [InlineData("SIP/x 200 OK", SipParseError.BadStartLine)]
    [InlineData("SIP/2.0", SipParseError.BadStartLine)]
    public void A_status_line_has_a_version_and_three_digits(string line, SipParseError expected)
    {
        Assert.Equal(expected, Parse("OPTIONS sip:h SIP/2.0", line));
        Assert.Equal(0, _message.RejectStatus);
    }

    [Fact]
    public void Parsing_and_looking_up_allocates_nothing_once_warm()
    {
        byte[][] all = [Invite, .. Vectors.Rfc4475Names().Select(Vectors.Rfc4475)];
        int sum = 0;
        for (int i = 0; i < 30; i++) sum += Work();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 30; i++) sum += Work();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.NotEqual(0, sum);

        int Work()
        {
            int found = 0;
            foreach (byte[] bytes in all)
            {
                _message.Parse(bytes);
                foreach (ReadOnlySpan<byte> value in _message.All(SipHeaderId.Via)) found += Via.TryParse(value, out Via via)
                    ? via.Host.Length : 0;
                foreach (ReadOnlySpan<byte> value in _message.All(SipHeaderId.Contact))
                {
                    if (!Contact.TryParse(value, out Contact contact)) continue;
                    found += contact.Q + (SipUri.TryParse(contact.Uri, out SipUri uri) ? uri.User.Length : 0);
                }
                foreach (SipHeaderLine line in _message.Lines) found += line.Value.Length;
                found += _message.Find("X-Strange"u8).Length + _message.First(SipHeaderId.Supported).Length + _message.RejectStatus;
                if (SipUriComparison.AreEqual(_message.RequestUri, _message.RequestUri)) found++;
            }
            return found;
        }
    }
}
