using Srtp;
using Xunit;
using static SrtpTests.Packets;

namespace SrtpTests;

public class SrtpPacketTests
{
    [Theory, ClassData(typeof(ProfilesOnBackends))]
    public void What_one_side_protects_the_other_reads_across_a_wrap_of_the_sequence_number(SrtpProfile profile, CipherBackend backend)
    {
        (SrtpSender sender, SrtpReceiver receiver) = Pair(profile, backend);
        ushort sequence = ushort.MaxValue - 20;
        for (int i = 0; i < 70_000; i += i is > 100 and < 65_000 ? 5000 : 1, sequence = unchecked((ushort)(ushort.MaxValue - 20 + i)))
        {
            byte[] packet = Protected(sender, sequence);
            Assert.Equal(172 + Profiles.Find(profile)!.RtpTagLength, packet.Length);
            Assert.False(packet.AsSpan(12, 160).SequenceEqual(Plain(sequence).AsSpan(12, 160)));
            Assert.Equal(SrtpResult.Ok, receiver.TryUnprotect(packet, out int length));
            Assert.Equal(Plain(sequence)[..172], packet[..length]);
        }
    }

    [Theory, ClassData(typeof(ProfilesOnBackends))]
    public void Any_bit_that_is_changed_is_seen_and_changes_no_state(SrtpProfile profile, CipherBackend backend)
    {
        (SrtpSender sender, SrtpReceiver receiver) = Pair(profile, backend);
        byte[] good = Protected(sender, 1);
        for (int bit = 0; bit < good.Length * 8; bit++)
        {
            byte[] forged = [.. good];
            forged[bit / 8] ^= (byte)(1 << (bit % 8));
            SrtpResult result = receiver.TryUnprotect(forged, out int length);
            Assert.True(result is SrtpResult.NotAuthentic or SrtpResult.Malformed, $"bit {bit}: {result}");
            Assert.Equal(0, length);
        }

        for (int length = 0; length < good.Length; length++)
            Assert.NotEqual(SrtpResult.Ok, receiver.TryUnprotect(good.AsSpan(0, length).ToArray(), out _));
        Assert.Equal(SrtpResult.Ok, receiver.TryUnprotect(good, out _));
    }

    [Theory, ClassData(typeof(ProfilesOnBackends))]
    public void A_forged_packet_far_ahead_moves_neither_window_nor_counter(SrtpProfile profile, CipherBackend backend)
    {
        (SrtpSender sender, SrtpReceiver receiver) = Pair(profile, backend);
        Assert.Equal(SrtpResult.Ok, receiver.TryUnprotect(Protected(sender, 100), out _));
        Assert.Equal(SrtpResult.NotAuthentic, receiver.TryUnprotect(Plain(30_000), out _));
        Assert.Equal(SrtpResult.Replayed, receiver.TryUnprotect(Plain(60_000), out _));    // from before the stream's first wrap, it would be
        Assert.Equal(SrtpResult.Ok, receiver.TryUnprotect(Protected(sender, 101), out _));
    }

    [Theory, ClassData(typeof(ProfilesOnBackends))]
    public void A_packet_is_taken_once_in_any_order_within_the_window(SrtpProfile profile, CipherBackend backend)
    {
        (SrtpSender sender, SrtpReceiver receiver) = Pair(profile, backend);
        byte[][] packets = [.. Enumerable.Range(1000, 100).Select(sequence => Protected(sender, (ushort)sequence))];
        Assert.Equal(SrtpResult.Ok, receiver.TryUnprotect([.. packets[70]], out _));
        Assert.Equal(SrtpResult.Replayed, receiver.TryUnprotect([.. packets[70]], out _));
        Assert.Equal(SrtpResult.Ok, receiver.TryUnprotect([.. packets[7]], out _));
        Assert.Equal(SrtpResult.Replayed, receiver.TryUnprotect([.. packets[7]], out _));
        Assert.Equal(SrtpResult.Replayed, receiver.TryUnprotect([.. packets[6]], out _));    // behind the window
        Assert.Equal(SrtpResult.Ok, receiver.TryUnprotect([.. packets[99]], out _));
    }

    [Theory, ClassData(typeof(ProfilesOnBackends))]
    public void Each_source_has_its_own_counter_and_a_new_one_starts_anew(SrtpProfile profile, CipherBackend backend)
    {
        (SrtpSender sender, SrtpReceiver receiver) = Pair(profile, backend);
        sender.Start(Ssrc, 5L << 16);
        receiver.Start(Ssrc, 5L << 16);
        Assert.Equal(SrtpResult.Ok, receiver.TryUnprotect(Protected(sender, 1), out _));
        Assert.Equal(SrtpResult.Ok, receiver.TryUnprotect(Protected(sender, 1, ssrc: 9), out _));
        Assert.Equal(SrtpResult.Ok, receiver.TryUnprotect(Protected(sender, 2), out _));
        Assert.Equal(SrtpResult.Ok, receiver.TryUnprotect(Protected(sender, 2, ssrc: 9), out _));
    }

    [Fact]
    public void Of_more_sources_than_there_is_room_for_the_longest_silent_one_is_forgotten()
    {
        (SrtpSender sender, SrtpReceiver receiver) = Pair(SrtpProfile.AeadAes128Gcm, CipherBackend.Automatic);
        for (uint ssrc = 0; ssrc < SourceTable.Places; ssrc++) Assert.Equal(SrtpResult.Ok, receiver.TryUnprotect(Protected(sender, 1, ssrc), out _));
        Assert.Equal(SrtpResult.Ok, receiver.TryUnprotect(Protected(sender, 2, ssrc: 0), out _));
        Assert.Equal(SrtpResult.Ok, receiver.TryUnprotect(Protected(sender, 1, ssrc: 1000), out _));    // in the place of 1
        using SrtpSender again = Sender(SrtpProfile.AeadAes128Gcm, CipherBackend.Automatic);
        Assert.Equal(SrtpResult.Replayed, receiver.TryUnprotect(Protected(again, 2, ssrc: 0), out _));
        Assert.Equal(SrtpResult.Ok, receiver.TryUnprotect(Protected(again, 1, ssrc: 1), out _));
    }

    [Theory, ClassData(typeof(ProfilesOnBackends))]
    public void No_index_is_used_twice_for_sending(SrtpProfile profile, CipherBackend backend)
    {
        (SrtpSender sender, _) = Pair(profile, backend);
        Protected(sender, 500);
        Protected(sender, 490);
        foreach (ushort used in new ushort[] { 500, 490, 400 })
        {
            Assert.Equal(SrtpResult.Replayed, sender.TryProtect(Plain(used), 172, out int length));
            Assert.Equal(0, length);
        }
    }

    [Theory, ClassData(typeof(ProfilesOnBackends))]
    public void A_key_ends_with_its_last_index(SrtpProfile profile, CipherBackend backend)
    {
        (SrtpSender sender, SrtpReceiver receiver) = Pair(profile, backend);
        sender.Start(Ssrc, (1L << 48) - 3);
        receiver.Start(Ssrc, (1L << 48) - 3);
        Assert.Equal(SrtpResult.Ok, receiver.TryUnprotect(Protected(sender, ushort.MaxValue), out _));
        Assert.Equal(SrtpResult.KeyExhausted, sender.TryProtect(Plain(0), 172, out _));
        Assert.Equal(SrtpResult.Replayed, receiver.TryUnprotect(Plain(0), out _));
    }

    [Fact]
    public void What_cannot_be_sent_is_refused()
    {
        using SrtpSender sender = Sender(SrtpProfile.AeadAes128Gcm, CipherBackend.Automatic);
        Assert.Equal(SrtpResult.Malformed, sender.TryProtect(new byte[40], 11, out _));
        Assert.Equal(SrtpResult.NoRoom, sender.TryProtect(Plain(1).AsSpan(0, 172 + 15), 172, out _));
        Assert.Throws<ArgumentException>(() => new SrtpSender(Profiles.AeadAes128Gcm, new byte[27]));
    }

    [Theory, ClassData(typeof(ProfilesOnBackends))]
    public void Garbage_of_every_length_is_refused_and_never_throws(SrtpProfile profile, CipherBackend backend)
    {
        using SrtpReceiver receiver = new(Profiles.Find(profile)!, Key(profile), backend);
        using SrtcpReceiver reports = new(Profiles.Find(profile)!, Key(profile), backend);
        var random = new Random(3);
        byte[] garbage = new byte[300];
        for (int i = 0; i < 3000; i++)
        {
            random.NextBytes(garbage);
            if (i % 2 == 0) garbage[0] = (byte)(0x80 | (garbage[0] & 0x3F));
            Span<byte> datagram = garbage.AsSpan(0, i % 300);
            Assert.NotEqual(SrtpResult.Ok, receiver.TryUnprotect(datagram, out _));
            Assert.NotEqual(SrtpResult.Ok, reports.TryUnprotect(datagram, out _));
        }
    }

    [Theory, ClassData(typeof(ProfilesOnBackends))]
    public void A_packet_costs_no_memory_even_when_it_is_forged(SrtpProfile profile, CipherBackend backend)
    {
        (SrtpSender sender, SrtpReceiver receiver) = Pair(profile, backend);
        using SrtcpSender reports = new(Profiles.Find(profile)!, Key(profile), backend);
        using SrtcpReceiver reported = new(Profiles.Find(profile)!, Key(profile), backend);
        byte[] plain = Plain(0), packet = new byte[plain.Length], report = new byte[48];
        report[0] = 0x80;
        long before = 0;
        for (ushort sequence = 1; sequence < 2000; sequence++)
        {
            if (sequence == 1000) before = GC.GetAllocatedBytesForCurrentThread();
            plain.CopyTo(packet, 0);
            (packet[2], packet[3]) = ((byte)(sequence >> 8), unchecked((byte)sequence));
            sender.TryProtect(packet, 172, out int length);
            receiver.TryUnprotect(packet.AsSpan(0, length), out _);
            packet[8] = unchecked((byte)sequence);    // an SSRC that nobody has
            receiver.TryUnprotect(packet.AsSpan(0, length), out _);
            reports.TryProtect(report, 28, out length);
            reported.TryUnprotect(report.AsSpan(0, length), out _);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Theory, ClassData(typeof(ProfilesOnBackends))]
    public void Keys_are_told_apart_and_so_are_RTP_and_RTCP(SrtpProfile profile, CipherBackend backend)
    {
        using SrtpSender sender = Sender(profile, backend);
        using SrtpReceiver other = new(Profiles.Find(profile)!, Key(profile, fill: 8), backend);
        Assert.Equal(SrtpResult.NotAuthentic, other.TryUnprotect(Protected(sender, 1), out _));
        using SrtcpReceiver reports = new(Profiles.Find(profile)!, Key(profile), backend);
        Assert.Equal(SrtpResult.NotAuthentic, reports.TryUnprotect(Protected(sender, 2), out _));
    }

    private static (SrtpSender Sender, SrtpReceiver Receiver) Pair(SrtpProfile profile, CipherBackend backend) =>
        (Sender(profile, backend), new SrtpReceiver(Profiles.Find(profile)!, Key(profile), backend));

    private static SrtpSender Sender(SrtpProfile profile, CipherBackend backend) => new(Profiles.Find(profile)!, Key(profile), backend);
}
