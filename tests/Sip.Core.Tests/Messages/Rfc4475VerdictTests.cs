using Sip.Core.Messages;
using Sip.Core.Routing;
using Xunit;

namespace Sip.Core.Tests.Messages;

/// <summary>The 49 messages of RFC 4475, each with what the RFC says an element does with it.</summary>
public class Rfc4475VerdictTests
{
    static readonly RequestRules Rules = new(
        [SipMethod.Invite, SipMethod.Ack, SipMethod.Bye, SipMethod.Cancel, SipMethod.Options, SipMethod.Register, SipMethod.Message],
        ["timer", "replaces"]);

    /// <summary>0: used; -1: dropped without a word; else the status of the answer. Where the RFC leaves a choice, ours and the other are
    /// in the comment.</summary>
    public static TheoryData<string, int> Verdicts => new()
    {
        { "wsinv", 0 },          // 3.1.1.1
        { "intmeth", 501 },      // 3.1.1.2 is well formed; its method is nobody's
        { "esc01", 0 },          // 3.1.1.3
        { "escnull", 0 },        // 3.1.1.4
        { "esc02", 501 },        // 3.1.1.5: "RE%47IST%45R" is not REGISTER, and an unknown method to a UAS
        { "lwsdisp", 0 },        // 3.1.1.6
        { "longreq", 0 },        // 3.1.1.7
        { "dblreq", 0 },         // 3.1.1.8: the second request of the datagram is ignored
        { "semiuri", 0 },        // 3.1.1.9
        { "transports", 0 },     // 3.1.1.10
        { "mpart01", 0 },        // 3.1.1.11
        { "unreason", 0 },       // 3.1.1.12
        { "noreason", 0 },       // 3.1.1.13
        { "badinv01", 400 },     // 3.1.2.1
        { "clerr", 400 },        // 3.1.2.2
        { "ncl", 400 },          // 3.1.2.3
        { "scalar02", 400 },     // 3.1.2.4
        { "scalarlg", -1 },      // 3.1.2.5
        { "quotbal", 400 },      // 3.1.2.6
        { "ltgtruri", 400 },     // 3.1.2.7
        { "lwsruri", 400 },      // 3.1.2.8, or lenient
        { "lwsstart", 400 },     // 3.1.2.9, or lenient
        { "trws", 400 },         // 3.1.2.10, or lenient
        { "escruri", 400 },      // 3.1.2.11, or lenient
        { "baddate", 0 },        // 3.1.2.12: the Date does not matter to us; 400 allowed
        { "regbadct", 400 },     // 3.1.2.13
        { "badaspec", 400 },     // 3.1.2.14, or lenient
        { "baddn", 400 },        // 3.1.2.15, or lenient
        { "badvers", 505 },      // 3.1.2.16
        { "mismatch01", 400 },   // 3.1.2.17
        { "mismatch02", 400 },   // 3.1.2.18, or 501
        { "bigcode", -1 },       // 3.1.2.19
        { "badbranch", 0 },      // 3.2.1: an RFC 2543 branch, or 400
        { "insuf", 400 },        // 3.3.1
        { "unkscm", 416 },       // 3.3.2
        { "novelsc", 416 },      // 3.3.3
        { "unksm2", 400 },       // 3.3.4: an address-of-record is a SIP URI
        { "bext01", 420 },       // 3.3.5
        { "invut", 415 },        // 3.3.6
        { "regaut01", 0 },       // 3.3.7: no credentials that count, so 401 (DigestAuthenticatorTests)
        { "multi01", 400 },      // 3.3.8
        { "mcl01", 400 },        // 3.3.9
        { "bcast", -1 },         // 3.3.10: not for us
        { "zeromf", 0 },         // 3.3.11: OPTIONS ends at us; it goes no further (483)
        { "cparam01", 0 },       // 3.3.12
        { "cparam02", 0 },       // 3.3.13
        { "regescrt", 0 },       // 3.3.14
        { "sdp01", 406 },        // 3.3.15
        { "inv2543", 0 },        // 3.4.1
    };

    [Theory]
    [MemberData(nameof(Verdicts))]
    public void Message_gets_the_verdict_of_the_RFC(string name, int verdict)
    {
        var message = new SipMessage();
        Assert.Equal(verdict, VerdictOn(message, Vectors.Rfc4475(name)));
    }

    [Fact]
    public void All_49_have_a_verdict()
    {
        string[] named = [.. Verdicts.Select(row => row.Data.Item1).Order(StringComparer.Ordinal)];
        Assert.Equal(49, named.Length);
        Assert.Equal(Vectors.Rfc4475Names(), named);
    }

    static int VerdictOn(SipMessage message, byte[] bytes)
    {
        if (message.Parse(bytes) != SipParseError.None) return message.RejectStatus == 0 ? -1 : message.RejectStatus;
        if (!message.IsRequest) return ResponseValidation.IsForUs(message) ? 0 : -1;
        return RequestValidation.Check(message, Rules);
    }

    [Fact]
    public void A_display_name_with_a_bare_comma_is_a_bad_From_also_when_the_blank_line_is_there()
    {
        // The archive's baddn lacks the blank line that the RFC prints.
        var message = new SipMessage();
        Assert.Equal(SipParseError.Truncated, message.Parse(Vectors.Rfc4475("baddn")));
        Assert.Equal(SipParseError.BadFrom, message.Parse([.. Vectors.Rfc4475("baddn"), .. "\r\n"u8]));
    }

    [Fact]
    public void Unsupported_lists_what_Require_asked_for_and_we_lack()
    {
        var message = new SipMessage();
        message.Parse(Vectors.Rfc4475("bext01"));
        var writer = new SipWriter(new byte[256]);
        RequestValidation.WriteFields(ref writer, 420, message, Rules);
        Assert.Equal("Unsupported: nothingSupportsThis, nothingSupportsThisEither\r\n"u8, writer.Written);
    }

    [Fact]
    public void Max_Forwards_0_goes_no_further()
    {
        var message = new SipMessage();
        message.Parse(Vectors.Rfc4475("zeromf"));
        Assert.Equal(483, RequestValidation.CheckForwarding(message));
    }

    [Fact]
    public void A_415_says_what_would_be_accepted()
    {
        var message = new SipMessage();
        message.Parse(Vectors.Rfc4475("invut"));
        var writer = new SipWriter(new byte[256]);
        RequestValidation.WriteFields(ref writer, 415, message, Rules);
        Assert.Equal("Accept: application/sdp\r\nAccept-Encoding: identity\r\n"u8, writer.Written);
    }
}
