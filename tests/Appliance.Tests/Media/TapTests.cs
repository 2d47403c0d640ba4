using Tandem.Media;
using Xunit;
using static Appliance.Tests.Media.TestLeg;

namespace Appliance.Tests.Media;

/// <summary>What a tap sees of its leg.</summary>
public sealed class TapTests : IDisposable
{
    private readonly TestLeg _caller = new(), _callee = new();
    private readonly LegTap _tap = new(64 * 1024);
    private readonly byte[] _payload = new byte[2048];

    public TapTests()
    {
        _caller.Machine.Configure(Settings(), TimeSpan.Zero);
        _callee.Machine.Configure(Settings(AudioCodec.Pcma), TimeSpan.Zero);
        _caller.Machine.AddTap(_tap);
    }

    public void Dispose() => _tap.Dispose();

    [Fact]
    public void A_tap_sees_all_that_the_leg_receives_and_all_that_it_sends_from_wherever_it_comes()
    {
        _caller.Receive(Packet(1, 160), Ms(5));
        _callee.ReceiveFor(_caller, Packet(9, 7000, 8), Ms(7));
        _caller.Machine.Play(Tone(160), 1, loop: false, Ms(30));
        _caller.RunUntil(Ms(40));

        var received = Next();
        Assert.Equal((Ms(5), 77u, 160u, AudioCodec.Pcmu, false), Facts(received.Frame));
        Assert.Equal(Audio(1), received.Payload);
        var relayed = Next();
        Assert.Equal((Ms(7), TestLeg.Ssrc, _caller.Rtp[0].Timestamp, AudioCodec.Pcmu, true), Facts(relayed.Frame));
        Assert.Equal(_caller.Rtp[0].Payload, relayed.Payload);
        Assert.NotEqual(Audio(9), relayed.Payload);    // in the caller's codec, as it was sent
        var played = Next();
        Assert.Equal((Ms(30), TestLeg.Ssrc, _caller.Rtp[1].Timestamp, AudioCodec.Pcmu, true), Facts(played.Frame));
        Assert.Equal(Tone(160).For(AudioCodec.Pcmu).Octets.ToArray(), played.Payload);
        Assert.False(_tap.TryRead(_payload, out _, out _));
    }

    [Fact]
    public void Keys_foreign_packets_duplicates_and_a_paused_tap_leave_no_trace()
    {
        _caller.Receive(Packet(1, 160), Ms(0));
        Next();
        _caller.Receive(Packet(2, 320, 101, payload: [1, 10, 0, 160]), Ms(20));
        _caller.Machine.SendKey('5', Ms(100), Ms(20));
        _caller.RunUntil(Ms(200));
        _caller.Receive(Packet(3, 480), Stranger, Ms(210), out _);
        _caller.Receive(Packet(1, 160), Ms(220));
        _tap.IsPaused = true;
        _caller.Receive(Packet(3, 480), Ms(230));
        Assert.False(_tap.TryRead(_payload, out _, out _));
        _tap.IsPaused = false;
        _caller.Receive(Packet(4, 640), Ms(240));
        Assert.Equal(640u, Next().Frame.Timestamp);
    }

    [Fact]
    public void A_removed_tap_and_the_taps_of_a_closed_leg_are_let_go_of_and_others_stay()
    {
        using var other = new LegTap(64 * 1024);
        _caller.Machine.AddTap(other);
        _caller.Machine.RemoveTap(_tap, Ms(20));
        Assert.Equal(Ms(20), _tap.DetachedAt);
        Assert.False(other.IsDetached);
        _caller.Receive(Packet(1, 160), Ms(0));
        Assert.False(_tap.TryRead(_payload, out _, out _));
        Assert.True(other.TryRead(_payload, out _, out _));
        _caller.Machine.Close(_payload, Ms(20), out _);
        Assert.True(other.IsDetached);
    }

    [Fact]
    public void A_consumer_that_does_not_come_costs_frames_that_are_counted_and_no_memory()
    {
        byte[] datagram = Packet(1, 160), buffer = new byte[2048];
        var source = Tandem.Net.Interop.NativeSocketAddress.From(Phone);
        _caller.Machine.Play(Tone(800), 1, loop: true, TimeSpan.Zero);
        long before = 0;
        for (int i = 0; i < 1000; i++)
        {
            if (i == 100) before = GC.GetAllocatedBytesForCurrentThread();
            System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(2), (ushort)i);
            TimeSpan now = TimeSpan.FromTicks(i * 20 * TimeSpan.TicksPerMillisecond);
            _caller.Machine.OnDatagram(datagram, source, MediaComponent.Rtp, now, out _);
            while (_caller.Machine.TryTakePacket(buffer, now, out _)) { }
        }
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.InRange(_tap.Dropped, 1500, 1800);
    }

    private static (TimeSpan, uint, uint, AudioCodec, bool) Facts(TappedFrame frame) => (frame.At, frame.Ssrc, frame.Timestamp, frame.Codec, frame.IsSent);

    private (TappedFrame Frame, byte[] Payload) Next()
    {
        Assert.True(_tap.TryRead(_payload, out TappedFrame frame, out int length));
        return (frame, _payload[..length]);
    }
}
