using System.Net;
using System.Text;
using Rtp.Core.Ice;
using Rtp.Core.Stun;
using Xunit;

namespace RtpCoreTests.StunMessages;

public sealed class StunMessageTests
{
    private static readonly byte[] s_key = "0123456789012345678901"u8.ToArray();

    [Fact]
    public void A_check_is_read_back_as_it_was_written()
    {
        StunView view = Read(Check());
        Assert.Equal("them:us", Encoding.UTF8.GetString(view.Username));
        Assert.Equal(0x7E0000FFu, view.Priority);
        Assert.True(view.UseCandidate);
        Assert.True(view.IsControlling);
        Assert.Equal(0xF000000000000001ul, view.TieBreaker);
        Assert.Equal(new StunTransactionId(1, 2), view.TransactionId);
        Assert.True(view.HasFingerprint);
        Assert.True(view.IsAuthentic(s_key));
    }

    [Theory]
    [InlineData("192.0.2.7", 1)]
    [InlineData("2001:db8::7", 65535)]
    public void An_address_goes_through_XOR_and_back(string address, int port)
    {
        var packet = new byte[400];
        var writer = new StunWriter(packet, StunClass.SuccessResponse, new StunTransactionId(0xDEADBEEF, ulong.MaxValue));
        writer.AddXorMappedAddress(TransportAddress.From(IPAddress.Parse(address), port));
        Assert.Equal(new IPEndPoint(IPAddress.Parse(address), port), Read(packet[..writer.Length]).XorMappedAddress.ToEndPoint());
    }

    [Fact]
    public void Attributes_that_must_be_understood_are_named_in_the_420()
    {
        byte[] request = [.. Check().AsSpan(0, 20), 0x00, 0x77, 0, 0, 0x7F, 0xFF, 0, 1, 9, 0, 0, 0, 0x80, 0x70, 0, 0];
        request[3] = 16;
        StunView view = Read(request);
        Assert.Equal(2, view.UnknownCount);
        var packet = new byte[400];
        var writer = new StunWriter(packet, StunClass.ErrorResponse, view.TransactionId);
        writer.AddErrorCode(StunErrors.UnknownAttribute);
        writer.AddUnknownAttributes(view);
        Assert.Equal(StunErrors.UnknownAttribute, Read(packet[..writer.Length]).ErrorCode);
        Assert.Equal("000A000400777FFF", Convert.ToHexString(packet.AsSpan(writer.Length - 8, 8)));
    }

    [Fact]
    public void What_stands_behind_the_integrity_is_not_believed()
    {
        byte[] signed = Check(useCandidate: false, fingerprint: false);
        byte[] longer = [.. signed, 0, 0x25, 0, 0];
        longer[3] += 4;
        StunView view = Read(longer);
        Assert.True(view.IsAuthentic(s_key));
        Assert.False(view.UseCandidate);
    }

    [Fact]
    public void A_message_cut_or_padded_anywhere_is_refused()
    {
        byte[] message = Check();
        for (int length = 0; length < message.Length; length++) Assert.False(StunView.TryParse(message.AsSpan(0, length), out _));
        Assert.False(StunView.TryParse([.. message, 0, 0, 0, 0], out _));
    }

    [Fact]
    public void Mutated_messages_never_throw_and_never_prove_authentic()
    {
        byte[] original = Check();
        var random = new Random(5769);
        var message = new byte[original.Length + 8];
        for (int i = 0; i < 100_000; i++)
        {
            original.CopyTo(message, 0);
            int length = original.Length;
            for (int changes = random.Next(1, 6); changes > 0; changes--)
            {
                int at = random.Next(length);
                message[at] = random.Next(4) == 0 ? (byte)random.Next(256) : (byte)(message[at] ^ (1 << random.Next(8)));
            }
            if (random.Next(8) == 0) length = random.Next(length + 8);
            bool parsed = StunView.TryParse(message.AsSpan(0, length), out StunView view);
            if (parsed && view.HasFingerprint && view.IsAuthentic(s_key)) Assert.True(message.AsSpan(0, length).SequenceEqual(original));
            for (int unknown = 0; parsed && unknown < Math.Min(4, view.UnknownCount); unknown++) Assert.True(view.Unknown(unknown) < 0x8000);
        }
    }

    [Fact]
    public void Reading_verifying_and_answering_allocates_nothing()
    {
        byte[] request = Check(), reply = new byte[400];
        long before = 0;
        for (int i = 0; i < 200; i++)
        {
            if (i == 100) before = GC.GetAllocatedBytesForCurrentThread();
            bool good = StunView.TryParse(request, out StunView view) && view.HasFingerprint && view.IsAuthentic(s_key);
            var writer = new StunWriter(reply, StunClass.SuccessResponse, view.TransactionId);
            writer.AddXorMappedAddress(new TransportAddress(0, 0x7F000001, 4000, IsIpv6: false));
            writer.AddIntegrity(s_key);
            writer.AddFingerprint();
            if (!good) throw new InvalidOperationException();
        }
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Priorities_are_those_of_the_formula()
    {
        Assert.Equal(2130706431u, IcePriority.Of(IceCandidateKind.Host, 65535));
        Assert.Equal((1ul << 32) + 2 * 5 + 0, IcePriority.OfPair(1, 5));
        Assert.Equal((1ul << 32) + 2 * 5 + 1, IcePriority.OfPair(5, 1));
    }

    private static byte[] Check(bool useCandidate = true, bool fingerprint = true)
    {
        var packet = new byte[400];
        var writer = new StunWriter(packet, StunClass.Request, new StunTransactionId(1, 2));
        writer.AddUsername("them"u8, "us"u8);
        writer.AddPriority(0x7E0000FF);
        writer.AddRole(controlling: true, 0xF000000000000001);
        if (useCandidate) writer.AddUseCandidate();
        writer.AddIntegrity(s_key);
        if (fingerprint) writer.AddFingerprint();
        return packet[..writer.Length];
    }

    private static StunView Read(byte[] message)
    {
        Assert.True(StunView.TryParse(message, out StunView view));
        return view;
    }
}
