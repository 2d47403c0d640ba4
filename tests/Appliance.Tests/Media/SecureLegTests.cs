using System.Net;
using Rtp.Core.Rtcp;
using Srtp;
using Tandem.Media;
using Tandem.Net.Interop;
using Xunit;
using static Appliance.Tests.Media.TestLeg;

namespace Appliance.Tests.Media;

public class SecureLegTests
{
    [Theory]
    [InlineData(SrtpProfile.AesCm128HmacSha1Tag80)]
    [InlineData(SrtpProfile.AesCm128HmacSha1Tag32)]
    [InlineData(SrtpProfile.AeadAes128Gcm)]
    [InlineData(SrtpProfile.AeadAes256Gcm)]
    public void SRTP_is_relayed_to_RTP_and_back_to_SRTP_of_another_key(SrtpProfile profile)
    {
        SecurePhone one = new(profile, key: 1), two = new(profile, key: 2);
        TestLeg a = Leg(one), plain = Leg(null), b = Leg(two);
        for (int i = 0; i < 20; i++)
        {
            byte[] said = Packet((ushort)(500 + i), (uint)(160 * i));
            Assert.True(a.ReceiveFor(plain, one.Protect(said), Ms(20 * i)));
            Assert.Equal(Audio(500 + i), plain.Rtp[^1].Payload);
            Assert.True(plain.ReceiveFor(b, said, Ms(20 * i)));
            Assert.NotEqual(172, b.Rtp[^1].Bytes.Length);
            SentPacket heard = two.Read(b.Rtp[^1]);    // the numbers wrap on the way
            Assert.Equal(Audio(500 + i), heard.Payload);
            Assert.Equal((Number(i), (byte)0), (heard.SequenceNumber, heard.PayloadType));
        }
    }

    [Fact]
    public void SRTP_is_relayed_to_SRTP_of_another_profile()
    {
        SecurePhone one = new(SrtpProfile.AesCm128HmacSha1Tag80, key: 1), two = new(SrtpProfile.AeadAes256Gcm, key: 2);
        TestLeg a = Leg(one), b = Leg(two);
        for (int i = 0; i < 10; i++)
        {
            Assert.True(a.ReceiveFor(b, one.Protect(Packet((ushort)i, (uint)(160 * i))), Ms(20 * i)));
            Assert.Equal(Audio(i), two.Read(b.Rtp[^1]).Payload);
        }
    }

    [Fact]
    public void Prompts_keys_and_reports_go_protected()
    {
        SecurePhone phone = new();
        TestLeg leg = Leg(phone);
        Prompt tone = Tone(8000);
        leg.Machine.Play(tone, 1, loop: true, Ms(0));
        leg.Machine.SendKey('5', Ms(100), Ms(0));
        leg.RunUntil(TimeSpan.FromSeconds(10));
        Assert.True(leg.Machine.Close(new byte[2048], TimeSpan.FromSeconds(10), out OutgoingPacket bye));
        Assert.True(bye.Length > 28);
        SentPacket[] heard = [.. leg.Sent.Select(phone.Read)];
        Assert.Contains(heard, p => !p.IsRtcp && p.PayloadType == 101);
        Assert.Contains(heard, p => p.IsRtcp && RtcpReader.TryParse(p.Bytes, out _));
        Assert.Equal(tone.For(AudioCodec.Pcmu).Octets[..160].ToArray(), heard.First(p => !p.IsRtcp && p.PayloadType == 0).Payload);
    }

    [Fact]
    public void What_is_not_authentic_is_counted_and_changes_nothing()
    {
        SecurePhone phone = new(), forger = new(key: 9);
        TestLeg leg = Leg(phone, timeout: TimeSpan.FromSeconds(5));
        foreach (IPEndPoint from in new[] { Phone, Stranger })
        {
            for (int i = 0; i < 50; i++)
            {
                Assert.False(leg.Receive(Packet((ushort)i, 0), from, Ms(4 * i), out _));
                Assert.False(leg.Receive(forger.Protect(Packet((ushort)i, 0)), from, Ms(4 * i), out _));
                Assert.False(leg.Receive(forger.ProtectRtcp(Report()), from, Ms(4 * i), out _, MediaComponent.Rtcp));
            }

            forger = new(key: 9);
        }

        Assert.Equal((300, 0, 0L), (leg.Machine.Snapshot().NotAuthentic, leg.Events.Count, leg.Machine.Snapshot().PacketsReceived));
        Assert.Equal(0, leg.Machine.Snapshot().RtcpReceived);
        Assert.True(leg.Receive(phone.Protect(Packet(7, 0)), Phone, Ms(1000), out _));
        Assert.Equal([new SourceLocked(leg.Handle, Phone)], leg.Events);
        leg.RunUntil(TimeSpan.FromSeconds(6));
        Assert.IsType<MediaTimedOut>(leg.Events[^1]);    // five seconds after the one packet that counts
    }

    [Fact]
    public void A_copy_from_elsewhere_takes_nothing_from_the_original()
    {
        SecurePhone phone = new();
        TestLeg leg = Leg(phone);
        leg.Receive(phone.Protect(Packet(1, 0)), Phone, Ms(0), out _);
        byte[] next = phone.Protect(Packet(2, 160));
        Assert.False(leg.Receive([.. next], Stranger, Ms(20), out _));
        Assert.True(leg.Receive([.. next], Phone, Ms(20), out _));
        Assert.False(leg.Receive([.. next], Phone, Ms(20), out _));
        LegStatistics statistics = leg.Machine.Snapshot();
        Assert.Equal((1, 1, 0), (statistics.Rejected, statistics.Replayed, statistics.NotAuthentic));
    }

    [Fact]
    public void Reports_are_understood()
    {
        SecurePhone phone = new(SrtpProfile.AeadAes128Gcm);
        TestLeg leg = Leg(phone);
        leg.Receive(phone.ProtectRtcp(Report()), PhoneRtcp, Ms(0), out _, MediaComponent.Rtcp);
        Assert.Equal(1, leg.Machine.Snapshot().RtcpReceived);
        leg.Receive(Report(), PhoneRtcp, Ms(0), out _, MediaComponent.Rtcp);
        Assert.Equal((1, 1), (leg.Machine.Snapshot().RtcpReceived, leg.Machine.Snapshot().NotAuthentic));
    }

    [Fact]
    public void A_key_that_is_agreed_again_goes_on_and_another_starts_anew()
    {
        SecurePhone phone = new();
        TestLeg leg = Leg(phone);
        byte[] old = phone.Protect(Packet(1, 0));
        Assert.True(leg.Receive([.. old], Phone, Ms(0), out _));
        leg.Machine.Configure(Settings() with { Srtp = phone.Keys with { SendKey = [.. phone.Keys.SendKey] } }, Ms(10));
        Assert.False(leg.Receive([.. old], Phone, Ms(20), out _));
        leg.Machine.Configure(Settings(), Ms(30));
        Assert.True(leg.Receive(Packet(2, 160), Phone, Ms(40), out _));
        leg.Machine.Configure(Settings() with { Srtp = phone.Keys }, Ms(50));
        Assert.False(leg.Receive([.. old], Phone, Ms(60), out _));

        SecurePhone changed = new(key: 30);
        leg.Machine.Configure(Settings() with { Srtp = phone.Keys with { ReceiveKey = changed.Keys.ReceiveKey } }, Ms(70));
        Assert.False(leg.Receive(phone.Protect(Packet(3, 320)), Phone, Ms(80), out _));
        Assert.True(leg.Receive(changed.Protect(Packet(3, 320)), Phone, Ms(80), out _));
        leg.Machine.Play(Tone(800), 1, loop: false, Ms(80));
        leg.RunUntil(Ms(300));
        Assert.All(leg.Rtp, sent => phone.Read(sent));    // our own key is the same as before
    }

    [Fact]
    public void A_protected_packet_costs_no_memory()
    {
        SecurePhone one = new(key: 1), two = new(SrtpProfile.AeadAes256Gcm, key: 2);
        TestLeg a = Leg(one), b = Leg(two);
        byte[][] packets = [.. Enumerable.Range(1, 400).Select(i => (byte[])[.. one.Protect(Packet((ushort)i, (uint)(160 * i))), .. new byte[64]])];
        NativeSocketAddress source = NativeSocketAddress.From(Phone);
        long before = 0;
        int sent = 0;
        for (int i = 0; i < packets.Length; i++)
        {
            if (i == 100) before = GC.GetAllocatedBytesForCurrentThread();
            Span<byte> bytes = packets[i];
            a.Machine.OnDatagram(bytes[..^64], source, MediaComponent.Rtp, Ms(20 * i), out RelayFrame frame);
            if (b.Machine.Relay(bytes, frame, Ms(20 * i), out _) == 172 + 16) sent++;
        }

        Assert.Equal((before, packets.Length), (GC.GetAllocatedBytesForCurrentThread(), sent));
    }

    private static TestLeg Leg(SecurePhone? phone, TimeSpan? timeout = null)
    {
        TestLeg leg = new();
        leg.Machine.Configure(Settings(timeout: timeout) with { Srtp = phone?.Keys }, Ms(0));
        return leg;
    }

    private static byte[] Report()
    {
        byte[] report = new byte[8];
        (report[0], report[1], report[3], report[7]) = (0x80, 201, 1, 77);
        return report;
    }
}
