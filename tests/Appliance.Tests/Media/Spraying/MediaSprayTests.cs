using System.Net;
using Codecs.G711;
using Microsoft.Extensions.Logging.Abstractions;
using Srtp;
using Tandem.Configuration;
using Tandem.Media;
using Tandem.Net.Datagrams;
using Xunit;

namespace Appliance.Tests.Media.Spraying;

/// <summary>Strangers at every media port of live calls. Backends one after the other: they use the same ports.</summary>
[Collection("media loopback")]
public sealed class EpollMediaSprayTests() : MediaSprayTests(DatagramIo.Epoll);

/// <inheritdoc cref="EpollMediaSprayTests"/>
[Collection("media loopback")]
public sealed class UringMediaSprayTests() : MediaSprayTests(DatagramIo.Uring);

/// <remarks>
/// Phones and strangers take turns: each round's datagrams have been taken by the loops before the next are sent, so that none is lost in a
/// socket's buffer and every one of them must stand in a counter, and every genuine one must be heard at the other end, byte by byte.
/// </remarks>
public abstract class MediaSprayTests(string backend)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Strangers_at_every_port_are_counted_and_heard_by_nobody(int seed)
    {
        using MediaPlane plane = MediaPlane.Start(
            new MediaOptions { Ports = [new MediaPortRange(31000, 31099, null)], Loops = 2, Io = backend }, NullLoggerFactory.Instance);
        Assert.Equal(backend, plane.Status.Backend);
        // Plain, PCMU to PCMA and across loops: one phone sends from where it said, the other from another port.
        using SprayedPhone alice = Open(plane, 0, AudioCodec.Pcmu, 0xA11CE), bob = Open(plane, 1, AudioCodec.Pcma, 0xB0B);
        // SRTP: one phone sends from another host than it said, behind NAT.
        using SprayedPhone carol = Open(plane, 0, AudioCodec.Pcmu, 0xCA401), dave = Open(plane, 0, AudioCodec.Pcmu, 0xDA7E);
        SprayedPhone[] phones = [alice, bob, carol, dave];
        using var spray = new Sprayer(plane, phones, seed);
        alice.Leg.Connect(bob.Leg);
        carol.Leg.Connect(dave.Leg);
        spray.Rounds(20, talk: false);    // nothing is agreed yet

        alice.Agree(At("127.0.0.1"), null, null, behindNat: false);
        bob.Agree(At("127.0.0.1"), signalled: At("127.0.0.1"), null, behindNat: false);
        carol.Agree(At("127.0.0.5"), signalled: At("127.0.0.9"), new SecurePhone(key: 1), behindNat: true);
        dave.Agree(At("127.0.0.1"), null, new SecurePhone(SrtpProfile.AeadAes128Gcm, key: 2), behindNat: true);
        spray.Rounds(20, talk: false);
        Assert.DoesNotContain(phones, phone => phone.IsLocked);
        spray.RoundsUntil(() => phones.All(phone => phone.IsLocked), s_patience);    // a phone on another port is believed after a while
        spray.Rounds(150, talk: true);

        alice.Agree(At("127.0.0.1"), null, null, behindNat: false);    // re-INVITEs: another port; another host and other keys
        carol.Agree(At("127.0.0.6"), null, new SecurePhone(key: 3), behindNat: true);
        spray.Rounds(10, talk: false);
        spray.Rounds(150, talk: true);

        // A frame may still be on its way from one loop to the other.
        Assert.True(SpinWait.SpinUntil(() => alice.HasHeard(bob, ToMuLaw) && bob.HasHeard(alice, ToALaw), s_patience));
        LegStatistics[] final = [.. await Task.WhenAll(phones.Select(phone => Closed(phone.Leg)))];
        Assert.All(phones.Zip(final), pair => Assert.True(
            SpinWait.SpinUntil(() => pair.First.Heard >= pair.Second.PacketsSent, s_patience), $"{pair.First.Heard} of {pair.Second.PacketsSent}"));
        int missed = bob.Sent - (int)final[1].PacketsReceived, missedToo = carol.Sent - (int)final[2].PacketsReceived;
        alice.HeardAllOf(bob, ToMuLaw, missed);
        bob.HeardAllOf(alice, ToALaw, 0);
        carol.HeardAllOf(dave, _ => { }, 0);
        dave.HeardAllOf(carol, _ => { }, missedToo);
        Assert.InRange(missed, 3, bob.Sent / 2);
        Assert.InRange(missedToo, 3, carol.Sent / 2);
        Assert.All(phones.Zip(final), pair => Counted(pair.First, pair.Second));
        Assert.Equal(0, alice.Sent - final[0].PacketsReceived);
        Assert.Equal(0, dave.Sent - final[3].PacketsReceived);
        Assert.InRange(final[2].NotAuthentic, 100, long.MaxValue);
        Assert.InRange(final[2].Replayed, 1, long.MaxValue);
        Assert.Equal((0, 0), (spray.Heard, spray.OtherEvents));
        Assert.All(plane.Status.Loops, loop => Assert.Equal(0, loop.Faults));
    }

    private static void ToMuLaw(byte[] payload) => G711.ALawToMuLaw(payload);

    private static void ToALaw(byte[] payload) => G711.MuLawToALaw(payload);

    /// <summary>Each datagram of a stranger, and each of the phone's before it was learned, stands in one counter.</summary>
    private static void Counted(SprayedPhone phone, LegStatistics leg)
    {
        Assert.Equal(phone.Sprayed + phone.Sent - leg.PacketsReceived, leg.Rejected + leg.Malformed + leg.NotAuthentic + leg.Replayed);
        Assert.Equal((0L, 0L, 0L), (leg.Lost, leg.Duplicates, leg.Late));
        Assert.Equal((phone.ReportsSent, 0), (leg.RtcpReceived, leg.Digits));
    }

    private static SprayedPhone Open(MediaPlane plane, int loop, AudioCodec codec, uint ssrc)
    {
        var events = new SprayEvents();
        return new SprayedPhone(plane.CreateLeg(new MediaLegRequest(IPAddress.Loopback, "spray", events.Add, loop))!, events, codec, ssrc);
    }

    private static LoopbackPhone At(string address) => new(IPAddress.Parse(address));

    private static Task<LegStatistics> Closed(MediaLeg leg)
    {
        var closed = new TaskCompletionSource<LegStatistics>(TaskCreationOptions.RunContinuationsAsynchronously);
        leg.Close(closed.SetResult);
        return closed.Task.WaitAsync(s_patience);
    }
}
