using System.Text;
using Sip.Core.Grammar;
using Sip.Core.Messages;
using Xunit;

namespace Sip.Core.Tests.Messages;

/// <summary>RFC 4475: a message that is used is used with the right meaning.</summary>
public class Rfc4475MeaningTests
{
    static SipMessage Read(string name)
    {
        var message = new SipMessage();
        Assert.Equal(SipParseError.None, message.Parse(Vectors.Rfc4475(name)));
        return message;
    }

    static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);

    static SipUri UriOf(ReadOnlySpan<byte> text)
    {
        Assert.True(SipUri.TryParse(text, out SipUri uri));
        return uri;
    }

    static NameAddr AddressOf(ReadOnlySpan<byte> text)
    {
        Assert.True(NameAddr.TryParse(text, out NameAddr address));
        return address;
    }

    [Fact]
    public void Wsinv_white_space_folds_and_compact_forms()
    {
        SipMessage message = Read("wsinv");
        Assert.Equal("98asjd8", Text(message.FromTag));
        Assert.Equal("1918181833n", Text(message.ToTag));
        Assert.Equal("J Rosenberg \\\"", AddressOf(message.First(SipHeaderId.From)).GetDisplayName());
        Assert.Equal((9u, SipMethod.Invite, 68), (message.CSeqNumber, message.CSeqMethod, message.MaxForwards));
        Assert.Equal("390skdjuw", Text(message.TopBranch));
        Assert.True(message.Has(SipHeaderId.Subject));
        Assert.Equal("", message.GetString(SipHeaderId.Subject));
        Assert.Equal("newfangled value   continued newfangled value", Text(message.Find("newfangledheader"u8)));
        Assert.Equal(";;,,;;,;", Text(message.Find("UnknownHeaderWithUnusualValue"u8)));
        var vias = new List<string>();
        foreach (ReadOnlySpan<byte> value in message.All(SipHeaderId.Via))
        {
            Assert.True(Via.TryParse(value, out Via via));
            vias.Add($"{Text(via.Transport)} {Text(via.Host)} {Text(via.Branch)}");
        }
        Assert.Equal(["UDP 192.0.2.2 390skdjuw", "TCP spindle.example.com z9hG4bK9ikj8", "UDP 192.168.255.111 z9hG4bK30239"], vias);
        Assert.True(Contact.TryParse(message.First(SipHeaderId.Contact), out Contact contact));
        Assert.Equal(330, contact.Q);
        Assert.Equal("Quoted string \"\"", contact.Address.GetDisplayName());
        Assert.True(contact.Address.Parameters.TryGet("newparam"u8, out ReadOnlySpan<byte> value2));
        Assert.Equal("newvalue", Text(value2));
        Assert.True(contact.Address.Parameters.Has("secondparam"u8));
    }

    [Fact]
    public void Intmeth_every_lawful_character()
    {
        SipMessage message = Read("intmeth");
        Assert.Equal("!interesting-Method0123456789_*+`.%indeed'~", Text(message.MethodName));
        SipUri uri = UriOf(message.RequestUri);
        Assert.Equal("1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*", Text(uri.User));
        Assert.Equal("&it+has=1,weird!*pas$wo~d_too.(doesn't-it)", Text(uri.Password));
        Assert.Equal("example.com", Text(uri.Host));
        Assert.Equal("BEL:\a NUL:\0 DEL:\u007f", AddressOf(message.First(SipHeaderId.To)).GetDisplayName());
        NameAddr from = AddressOf(message.First(SipHeaderId.From));
        Assert.Equal("token1~` token2'+_ token3*%!.-", Text(from.DisplayName));
        Assert.Equal("_token~1'+`*%!-.", Text(message.FromTag));
        Assert.True(from.Parameters.TryGet("fromParam''~+*_!.-%"u8, out ReadOnlySpan<byte> value));
        Assert.Equal("работающий", Text(value));
        Assert.Equal("\ufeff大停電", Text(message.Find("extensionHeader-!.%*+_`'~"u8)));
    }

    [Fact]
    public void Esc01_escapes_belong_to_the_user()
    {
        SipMessage message = Read("esc01");
        SipUri uri = UriOf(message.RequestUri);
        Assert.False(uri.IsSecure);
        Assert.Equal("sips:user@example.com", SipUriText.Decode(uri.User));
        Assert.Equal("example.net", Text(uri.Host));
        Assert.Equal("user", SipUriText.Decode(UriOf(AddressOf(message.First(SipHeaderId.To)).Uri).User));
        Assert.Equal("I have spaces", SipUriText.Decode(UriOf(AddressOf(message.First(SipHeaderId.From)).Uri).User));
        SipUri contact = UriOf(AddressOf(message.First(SipHeaderId.Contact)).Uri);
        Assert.Equal("caller", SipUriText.Decode(contact.User));
        Assert.True(contact.IsLooseRouter);     // %6C%72 is "lr", n%61me is "name"
        Assert.True(contact.Parameters.TryGet("name"u8, out ReadOnlySpan<byte> value));
        Assert.Equal("value%41", SipUriText.Decode(value));
    }

    [Fact]
    public void Escnull_two_users_that_differ_in_a_NUL()
    {
        SipMessage message = Read("escnull");
        var users = new List<string>();
        foreach (ReadOnlySpan<byte> value in message.All(SipHeaderId.Contact)) users.Add(SipUriText.Decode(UriOf(AddressOf(value).Uri).User));
        Assert.Equal(["\0", "\0\0"], users);
        Assert.False(SipUriComparison.AreEqual("sip:%00@host5.example.com"u8, "sip:%00%00@host5.example.com"u8));
    }

    [Fact]
    public void Esc02_a_percent_in_method_name_and_quotes_is_itself()
    {
        SipMessage message = Read("esc02");
        Assert.Equal(SipMethod.Unknown, message.Method);
        Assert.Equal("RE%47IST%45R", Text(message.MethodName));
        Assert.Equal("%Z%45", AddressOf(message.First(SipHeaderId.To)).GetDisplayName());
        Assert.Equal("z9hG4bK209%fzsnel234", Text(message.TopBranch));
        Assert.Equal(2, message.All(SipHeaderId.Contact).Count());
        Assert.Equal("<sip:alias2@host2.example.com>", Text(message.Find("C%6Fntact"u8)));
    }

    [Fact]
    public void Lwsdisp_no_space_before_the_angle_bracket()
    {
        NameAddr from = AddressOf(Read("lwsdisp").First(SipHeaderId.From));
        Assert.Equal("caller", Text(from.DisplayName));
        Assert.Equal("sip:caller@example.com", Text(from.Uri));
    }

    [Fact]
    public void Longreq_34_Vias_of_every_spelling()
    {
        SipMessage message = Read("longreq");
        Assert.Equal(34, message.All(SipHeaderId.Via).Count());
        Assert.Equal(150, message.Body.Length);
        Assert.Equal(115, UriOf(AddressOf(message.First(SipHeaderId.From)).Uri).User.Length);
    }

    [Fact]
    public void Dblreq_the_second_request_of_a_datagram_is_ignored()
    {
        SipMessage message = Read("dblreq");
        Assert.Equal(SipMethod.Register, message.Method);
        Assert.True(message.Body.IsEmpty);
        Assert.DoesNotContain("INVITE", Text(message.Bytes));
    }

    [Fact]
    public void Semiuri_the_semicolon_belongs_to_the_user()
    {
        SipMessage message = Read("semiuri");
        SipUri uri = UriOf(message.RequestUri);
        Assert.Equal("user;par=u@example.net", SipUriText.Decode(uri.User));
        Assert.Equal("", Text(uri.Parameters.Raw));
        Assert.Equal(6, message.All(SipHeaderId.Accept).Count());
    }

    [Fact]
    public void Transports_any_token_is_a_transport()
    {
        var transports = new List<string>();
        foreach (ReadOnlySpan<byte> value in Read("transports").All(SipHeaderId.Via))
        {
            Assert.True(Via.TryParse(value, out Via via));
            transports.Add(Text(via.Transport));
        }
        Assert.Equal(["UDP", "SCTP", "TLS", "UNKNOWN", "TCP"], transports);
    }

    [Fact]
    public void Mpart01_a_binary_body_is_whole()
    {
        SipMessage message = Read("mpart01");
        Assert.Equal(553, message.Body.Length);
        Assert.True(message.Body.EndsWith("--7a9cbec02ceef655--\r\n"u8));
        Assert.Equal(SipHeaderId.Identity, SipHeaders.Find("y"u8));
    }

    [Fact]
    public void Reason_phrases_of_any_text_and_of_none()
    {
        SipMessage message = Read("unreason");
        Assert.Equal(200, message.StatusCode);
        Assert.StartsWith("= 2**3 * 5**2 ", Text(message.ReasonPhrase), StringComparison.Ordinal);
        Assert.EndsWith(" простое", Text(message.ReasonPhrase), StringComparison.Ordinal);
        message = Read("noreason");
        Assert.Equal((100, ""), (message.StatusCode, Text(message.ReasonPhrase)));
    }

    [Fact]
    public void Badbranch_the_bare_cookie_is_no_unique_branch() => Assert.False(Read("badbranch").HasUniqueBranch);

    [Fact]
    public void Cparam_the_parameter_is_the_header_s_without_brackets_and_the_URI_s_within()
    {
        NameAddr outside = AddressOf(Read("cparam01").First(SipHeaderId.Contact)),
            inside = AddressOf(Read("cparam02").First(SipHeaderId.Contact));
        Assert.True(outside.Parameters.Has("unknownparam"u8));
        Assert.False(inside.Parameters.Has("unknownparam"u8));
        Assert.True(UriOf(inside.Uri).Parameters.Has("unknownparam"u8));
        Assert.True(SipUriComparison.AreEqual(outside.Uri, inside.Uri));
    }

    [Fact]
    public void Regescrt_the_escaped_header_stays_in_the_contact() =>
        Assert.Equal("Route=%3Csip:sip.example.com%3E", Text(UriOf(AddressOf(Read("regescrt").First(SipHeaderId.Contact)).Uri).Headers));

    [Fact]
    public void Inv2543_has_no_branch_no_From_tag_and_no_Max_Forwards()
    {
        SipMessage message = Read("inv2543");
        Assert.True(message.TopBranch.IsEmpty && message.FromTag.IsEmpty);
        Assert.Equal(-1, message.MaxForwards);
        Assert.Equal(105, message.Body.Length);
        Assert.True(AddressOf(message.First(SipHeaderId.To)).Parameters.Has("user"u8));
    }
}
