using System.Net;
using System.Security.Cryptography;
using System.Text;
using Rtp.Core.Stun;
using Xunit;

namespace RtpCoreTests.StunMessages;

/// <summary>The messages of RFC 5769.</summary>
public sealed class StunVectorTests
{
    private const string Request =
        "000100582112a442b7e7a701bc34d686fa87dfae" +
        "802200105354554e207465737420636c69656e74" +
        "002400046e0001ff" +
        "80290008932ff9b151263b36" +
        "000600096576746a3a68367659202020" +
        "000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2" +
        "80280004e57a3bcf";

    private const string IPv4Response =
        "0101003c2112a442b7e7a701bc34d686fa87dfae" +
        "8022000b7465737420766563746f7220" +
        "002000080001a147e112a643" +
        "000800142b91f599fd9e90c38c7489f92af9ba53f06be7d7" +
        "80280004c07d4c96";

    private const string IPv6Response =
        "010100482112a442b7e7a701bc34d686fa87dfae" +
        "8022000b7465737420766563746f7220" +
        "002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9" +
        "00080014a382954e4be67bf11784c97c8292c275bfe3ed41" +
        "80280004c8fb0b4c";

    private const string LongTermRequest =
        "000100602112a44278ad3433c6ad72c029da412e" +
        "00060012e3839ee38388e383aae38383e382afe382b90000" +
        "0015001c662f2f3439396b39353464364f4c33346f4c394653547679363473 41" +
        "0014000b6578616d706c652e6f726700" +
        "00080014f67024656dd64a3e02b8e0712e85c9a28ca89666";

    private static readonly byte[] s_key = "VOkJxbRl1RmTxUk/WvJxBt"u8.ToArray();

    [Fact]
    public void The_sample_request_of_2_1_is_read_and_verified()
    {
        StunView view = Parse(Request);
        Assert.Equal(StunClass.Request, view.Class);
        Assert.Equal(StunView.BindingMethod, view.Method);
        Assert.Equal("evtj:h6vY", Encoding.UTF8.GetString(view.Username));
        Assert.Equal(0x6e0001ffu, view.Priority);
        Assert.False(view.IsControlling);
        Assert.Equal(0x932ff9b151263b36ul, view.TieBreaker);
        Assert.False(view.UseCandidate);
        Assert.Equal(0, view.UnknownCount);
        Assert.True(view.HasFingerprint);
        Assert.True(view.IsAuthentic(s_key));
        Assert.False(view.IsAuthentic("VOkJxbRl1RmTxUk/WvJxBs"u8));
    }

    [Theory]
    [InlineData(IPv4Response, "192.0.2.1")]
    [InlineData(IPv6Response, "2001:db8:1234:5678:11:2233:4455:6677")]
    public void The_sample_responses_of_2_2_and_2_3_are_read_and_verified(string hex, string address)
    {
        StunView view = Parse(hex);
        Assert.Equal(StunClass.SuccessResponse, view.Class);
        Assert.Equal(new IPEndPoint(IPAddress.Parse(address), 32853), view.XorMappedAddress.ToEndPoint());
        Assert.True(view.HasFingerprint);
        Assert.True(view.IsAuthentic(s_key));
    }

    [Fact]
    public void The_request_with_long_term_credentials_of_2_4_is_verified_under_its_derived_key()
    {
        StunView view = Parse(LongTermRequest);
#pragma warning disable CA5351 // the key derivation of RFC 8489 §9.2.2
        byte[] key = MD5.HashData(Encoding.UTF8.GetBytes("マトリックス:example.org:TheMatrIX"));
#pragma warning restore CA5351
        Assert.Equal("マトリックス", Encoding.UTF8.GetString(view.Username));
        Assert.False(view.HasFingerprint);
        Assert.True(view.IsAuthentic(key));
    }

    [Fact]
    public void What_is_written_with_the_attributes_of_2_2_differs_from_it_in_nothing_that_is_signed()
    {
        byte[] expected = Convert.FromHexString(IPv4Response);
        var packet = new byte[400];
        var writer = new StunWriter(packet, StunClass.SuccessResponse, StunTransactionId.Read(expected.AsSpan(8)));
        writer.AddXorMappedAddress(TransportAddress.From(IPAddress.Parse("192.0.2.1"), 32853));
        Assert.Equal(expected.AsSpan(36, 12).ToArray(), packet.AsSpan(20, 12).ToArray());    // its SOFTWARE stands before that
    }

    [Fact]
    public void A_changed_byte_anywhere_is_noticed()
    {
        byte[] message = Convert.FromHexString(Request);
        for (int i = 0; i < message.Length; i++)
        {
            message[i] ^= 0x10;
            Assert.False(StunView.TryParse(message, out StunView view) && view.HasFingerprint && view.IsAuthentic(s_key), $"byte {i}");
            message[i] ^= 0x10;
        }
    }

    private static StunView Parse(string hex)
    {
        Assert.True(StunView.TryParse(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)), out StunView view));
        return view;
    }
}
