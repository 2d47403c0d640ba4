using Micro;
using Rtp.Core.Packets;
using Srtp;
using Xunit;

namespace SrtpTests;

/// <summary>The other implementation that everybody uses: what we protect it reads, what it protects we read.</summary>
public class LibSrtpTests
{
    private const int Packets = 12_000;    // two sources, each across a wrap of its numbers

    [Theory, ClassData(typeof(ProfilesOnBackends))]
    public void Packets_of_every_length_are_understood_both_ways_across_wraps(SrtpProfile profile, CipherBackend backend)
    {
        byte[] key = SrtpTests.Packets.Key(profile);
        using SrtpSender sender = new(Profiles.Find(profile)!, key, backend);
        using SrtpReceiver receiver = new(Profiles.Find(profile)!, key, backend);
        using LibSrtp theirSender = new(profile, key, inbound: false), theirReceiver = new(profile, key, inbound: true);
        var random = new Random(5);
        byte[] plain = new byte[220], packet = new byte[220];
        for (int i = 0; i < Packets; i++)
        {
            int length = 12 + (i % 170);
            random.NextBytes(plain.AsSpan(12));
            RtpWriter.WriteHeader(plain, 0, false, unchecked((ushort)(62_000 + (i / 2))), (uint)i, 77u + (uint)(i % 2));

            plain.CopyTo(packet, 0);
            Assert.Equal(SrtpResult.Ok, sender.TryProtect(packet, length, out int sent));
            Assert.Equal(length, theirReceiver.Unprotect(packet, sent));
            Assert.True(packet.AsSpan(0, length).SequenceEqual(plain.AsSpan(0, length)));

            sent = theirSender.Protect(packet, length);
            Assert.Equal(SrtpResult.Ok, receiver.TryUnprotect(packet.AsSpan(0, sent), out int received));
            Assert.Equal(length, received);
            Assert.True(packet.AsSpan(0, length).SequenceEqual(plain.AsSpan(0, length)));
        }
    }
}
