using Srtp;
using Srtp.Ciphers;
using Xunit;
using static SrtpTests.Packets;

namespace SrtpTests;

public class SrtcpPacketTests
{
    [Theory, ClassData(typeof(ProfilesOnBackends))]
    public void Reports_go_through_once_each(SrtpProfile profile, CipherBackend backend)
    {
        (SrtcpSender sender, SrtcpReceiver receiver) = Pair(profile, backend);
        for (int i = 0; i < 200; i++)
        {
            byte[] packet = ProtectedReport(sender);
            Assert.Equal(28 + 4 + Profiles.Find(profile)!.RtcpTagLength, packet.Length);
            byte[] copy = [.. packet];
            Assert.Equal(SrtpResult.Ok, receiver.TryUnprotect(packet, out int length));
            Assert.Equal(28, length);
            Assert.False(packet.AsSpan(8, 20).ContainsAnyExcept((byte)0));
            Assert.Equal(SrtpResult.Replayed, receiver.TryUnprotect(copy, out _));
        }
    }

    [Theory, ClassData(typeof(ProfilesOnBackends))]
    public void Any_bit_that_is_changed_is_seen_and_changes_no_state(SrtpProfile profile, CipherBackend backend)
    {
        (SrtcpSender sender, SrtcpReceiver receiver) = Pair(profile, backend);
        byte[] good = ProtectedReport(sender);
        for (int bit = 0; bit < good.Length * 8; bit++)
        {
            byte[] forged = [.. good];
            forged[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.True(receiver.TryUnprotect(forged, out int length) is SrtpResult.NotAuthentic or SrtpResult.Malformed, $"bit {bit}");
            Assert.Equal(0, length);
        }

        Assert.Equal(SrtpResult.Ok, receiver.TryUnprotect(good, out _));
    }

    [Fact]
    public void A_key_ends_with_its_last_index()
    {
        byte[] key = Key(SrtpProfile.AesCm128HmacSha1Tag80);
        using var sender = new SrtcpSender(PacketCipher.Create(Profiles.AesCm128HmacSha1Tag80, key, rtcp: true, CipherBackend.Automatic), 0x7FFF_FFFF);
        using var receiver = new SrtcpReceiver(Profiles.AesCm128HmacSha1Tag80, key);
        Assert.Equal(SrtpResult.Ok, receiver.TryUnprotect(ProtectedReport(sender), out _));
        Assert.Equal(SrtpResult.KeyExhausted, sender.TryProtect(new byte[64], 28, out int length));
        Assert.Equal(0, length);
    }

    [Fact]
    public void What_cannot_be_sent_is_refused()
    {
        (SrtcpSender sender, _) = Pair(SrtpProfile.AeadAes256Gcm, CipherBackend.Automatic);
        Assert.Equal(SrtpResult.Malformed, sender.TryProtect(new byte[64], 7, out _));
        Assert.Equal(SrtpResult.NoRoom, sender.TryProtect(new byte[28 + 19], 28, out _));
    }

    private static (SrtcpSender Sender, SrtcpReceiver Receiver) Pair(SrtpProfile profile, CipherBackend backend) =>
        (new SrtcpSender(Profiles.Find(profile)!, Key(profile), backend), new SrtcpReceiver(Profiles.Find(profile)!, Key(profile), backend));
}
