using System.Text;
using Tandem.Signalling;
using Xunit;

namespace Appliance.Tests.Signalling;

/// <summary>Requests of ours are known again by the bytes that ICMP returns.</summary>
public sealed class SentRequestTests
{
    private const string Request = "INVITE sip:1@h SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bK-0-7;rport\r\nMax-Forwards: 70\r\n";

    [Fact]
    public void Whatever_is_cut_off_after_the_branch_is_not_missed()
    {
        byte[] bytes = Encoding.ASCII.GetBytes(Request);
        int needed = Request.IndexOf(";rport", StringComparison.Ordinal) + 1;
        for (int length = 0; length <= bytes.Length; length++)
        {
            bool read = SentRequest.TryRead(bytes.AsSpan(0, length), out ReadOnlySpan<byte> method, out ReadOnlySpan<byte> branch);
            Assert.Equal(length >= needed, read);
            if (read) Assert.Equal(("INVITE", "z9hG4bK-0-7"), (Encoding.ASCII.GetString(method), Encoding.ASCII.GetString(branch)));
        }
    }

    [Theory]
    [InlineData("SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1;rport\r\n")]
    [InlineData("INVITE sip:1@h SIP/2.0\r\nFrom: x\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\n")]
    [InlineData("INVITE sip:1@h SIP/2.0\r\nVia: SIP/2.0/UDP h\r\nX: ;branch=z9hG4bK1\r\n")]
    [InlineData("INVITE\r\nVia: SIP/2.0/UDP h;branch=1;\r\n")]
    [InlineData("\r\n\r\n")]
    [InlineData("")]
    public void Anything_else_is_none_of_ours(string text) => Assert.False(SentRequest.TryRead(Encoding.ASCII.GetBytes(text), out _, out _));
}
