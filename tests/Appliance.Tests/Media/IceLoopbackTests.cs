using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Configuration;
using Tandem.Media;
using Tandem.Net.Datagrams;
using Xunit;

namespace Appliance.Tests.Media;

/// <summary>WebRTC legs with real sockets, on ports of their own and on the shared one, through both ways to the kernel.</summary>
[Collection("media loopback")]
public sealed class EpollIceTests() : IceLoopbackTests(DatagramIo.Epoll);

/// <inheritdoc cref="EpollIceTests"/>
[Collection("media loopback")]
public sealed class UringIceTests() : IceLoopbackTests(DatagramIo.Uring);

public abstract class IceLoopbackTests(string backend)
{
    private const int Own = 0, SharedAt = 32950;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly BlockingCollection<MediaEvent> _events = [];

    [Theory]
    [InlineData(Own, "127.0.0.1")]
    [InlineData(SharedAt, "127.0.0.1")]
    [InlineData(Own, "::1")]
    [InlineData(SharedAt, "::1")]
    public void A_nominated_address_gets_the_prompt_and_no_other_is_heard(int sharedPort, string address)
    {
        using MediaPlane plane = Start(sharedPort);
        using IcePhone phone = new(address), stranger = new(address);
        MediaLeg leg = Create(plane, address);
        Assert.Equal(leg.LocalRtp, leg.LocalRtcp);
        if (sharedPort > 0) Assert.Equal(sharedPort, leg.LocalRtp.Port);
        leg.Configure(IcePhone.Settings());
        leg.Play(TestLeg.Tone(80_000), 1);
        Assert.Equal(0, phone.Ask(leg, IcePhone.Check(leg.Ice!, useCandidate: false)));
        Assert.Equal(0, phone.Ask(leg, IcePhone.Check(leg.Ice!)));
        Assert.Equal(new IceConnected(leg, phone.Local), Next<IceConnected>());
        for (ushort i = 0; i < 5; i++)
        {
            phone.ReceiveRtp(leg);
            stranger.Send(leg, TestLeg.Packet((ushort)(100 + i), 160u * i));
            phone.Send(leg, TestLeg.Packet(i, 160u * i));
        }
        Assert.Equal(0, phone.Ask(leg, IcePhone.Check(leg.Ice!)));    // and what was sent before it has been seen
        LegStatistics closed = Closed(leg);
        Assert.Equal((5, 3), (closed.PacketsReceived, closed.Checks));
        Assert.Equal(5, sharedPort == Own ? closed.Rejected : plane.Status.Loops[0].Strays);
        Assert.True(stranger.HearsNothing);
    }

    [Theory]
    [InlineData(Own)]
    [InlineData(SharedAt)]
    public void Attackers_change_nothing_for_the_call(int sharedPort)
    {
        using MediaPlane plane = Start(sharedPort);
        using IcePhone phone = new(), stranger = new();
        MediaLeg leg = Create(plane);
        leg.Configure(IcePhone.Settings());
        leg.Play(TestLeg.Tone(800_000), 1);
        byte[] overheard = IcePhone.Check(leg.Ice!);
        Assert.Equal(0, phone.Ask(leg, overheard));
        var random = new Random(4);
        for (int i = 0; i < 300; i++)
        {
            byte[] garbled = [.. overheard];
            garbled[random.Next(garbled.Length)] ^= (byte)(1 << random.Next(8));
            foreach (byte[] attack in (byte[][])[garbled, overheard, IcePhone.Check(leg.Ice!, password: "wrong"), IcePhone.Check(leg.Ice!, fragment: "other"),
                IcePhone.Check(leg.Ice! with { UsernameFragment = "nobodyis" }), TestLeg.Packet((ushort)i, 0), TestLeg.Packet((ushort)i, 0, ssrc: 1), [20, 254, 253, 0], [.. overheard[..30]], [0], []])
            {
                stranger.Send(leg, attack);
            }
            phone.Send(leg, TestLeg.Packet((ushort)i, 160u * (uint)i));
            phone.ReceiveRtp(leg);
        }
        Assert.Equal(0, phone.Ask(leg, IcePhone.Check(leg.Ice!)));
        LegStatistics closed = Closed(leg);
        Assert.Equal((300, 0), (closed.PacketsReceived, plane.Status.Loops[0].Faults));
        Assert.True(closed.RefusedChecks >= 300, $"{closed.RefusedChecks} refused");
        Assert.True(closed.Rejected + plane.Status.Loops[0].Strays >= 600, $"{closed.Rejected} {plane.Status.Loops[0].Strays}");
        while (!stranger.HearsNothing) Assert.InRange(stranger.Receive(leg)[0], 0, 3);    // refusals at most, never media
    }

    [Fact]
    public void Calls_on_one_port_are_told_apart_and_leave_nothing_behind()
    {
        using MediaPlane plane = Start(SharedAt);
        IcePhone[] phones = [.. Enumerable.Range(0, 20).Select(_ => new IcePhone())];
        MediaLeg[] legs = [.. phones.Select(_ => Create(plane))];
        for (int i = 0; i < legs.Length; i++)
        {
            legs[i].Configure(IcePhone.Settings());
            Assert.Equal(0, phones[i].Ask(legs[i], IcePhone.Check(legs[i].Ice!)));
        }
        for (int i = 0; i < legs.Length; i += 2) legs[i].Connect(legs[i + 1]);
        for (ushort n = 0; n < 10; n++)
        {
            for (int i = 0; i < legs.Length; i++) phones[i].Send(legs[i], TestLeg.Packet(n, 160u * n, payload: TestLeg.Audio(1000 * i + n)));
            for (int i = 0; i < legs.Length; i++) Assert.Equal(TestLeg.Audio(1000 * (i ^ 1) + n), phones[i].ReceiveRtp(legs[i])[12..]);
        }
        long strays = plane.Status.Loops[0].Strays;
        Assert.All(legs, leg => Assert.Equal(10, Closed(leg).PacketsReceived));
        for (int i = 0; i < legs.Length; i++)
        {
            phones[i].Send(legs[i], TestLeg.Packet(50, 0));
            phones[i].Send(legs[i], IcePhone.Check(legs[i].Ice!));
        }
        SpinWait.SpinUntil(() => plane.Status.Loops[0].Strays == strays + 40, s_patience);
        Assert.Equal(strays + 40, plane.Status.Loops[0].Strays);
        foreach (IcePhone phone in phones) phone.Dispose();
    }

    [Fact]
    public void An_address_stays_with_the_call_that_is_alive_on_it_and_goes_to_the_next_when_that_ends()
    {
        using MediaPlane plane = Start(SharedAt);
        using var phone = new IcePhone();
        MediaLeg first = Create(plane), second = Create(plane);
        first.Configure(IcePhone.Settings());
        second.Configure(IcePhone.Settings());
        Assert.Equal(0, phone.Ask(first, IcePhone.Check(first.Ice!)));
        phone.Send(second, IcePhone.Check(second.Ice!));
        phone.Send(first, TestLeg.Packet(1, 160));
        Assert.Equal(0, phone.Ask(first, IcePhone.Check(first.Ice!)));    // no answer for the second came before this one
        Assert.Equal((1, 2), (Closed(first) is var closed ? closed.PacketsReceived : 0, closed.Checks));
        Assert.Equal(0, phone.Ask(second, IcePhone.Check(second.Ice!)));
        phone.Send(second, TestLeg.Packet(2, 160));
        Assert.Equal(0, phone.Ask(second, IcePhone.Check(second.Ice!)));
        LegStatistics last = Closed(second);
        Assert.Equal((1, 2), (last.PacketsReceived, last.Checks));
    }

    [Theory]
    [InlineData(Own)]
    [InlineData(SharedAt)]
    public void A_restart_keeps_the_old_way_until_the_new_one_is_nominated(int sharedPort)
    {
        using MediaPlane plane = Start(sharedPort);
        using IcePhone before = new(), after = new();
        MediaLeg leg = Create(plane);
        IceCredentials old = leg.Ice!;
        leg.Configure(IcePhone.Settings());
        leg.Play(TestLeg.Tone(800_000), 1);
        Assert.Equal(0, before.Ask(leg, IcePhone.Check(old)));
        IceCredentials fresh = leg.RestartIce();
        Assert.NotEqual(old, fresh);
        MediaLegSettings settings = IcePhone.Settings();
        leg.Configure(settings with { Ice = settings.Ice! with { RemoteUsernameFragment = "they" } });
        Assert.Equal(0, before.Ask(leg, IcePhone.Check(old)));
        before.ReceiveRtp(leg);
        Assert.Equal(0, after.Ask(leg, IcePhone.Check(fresh, fragment: "they")));
        after.ReceiveRtp(leg);
        while (!before.HearsNothing) before.Receive(leg);    // what was under way
        Assert.Equal(401, before.Ask(leg, IcePhone.Check(old)));
    }

    [Theory]
    [InlineData(Own)]
    [InlineData(SharedAt)]
    public void Towards_a_lite_peer_we_make_the_checks(int sharedPort)
    {
        using MediaPlane plane = Start(sharedPort, loops: 2);
        MediaLeg us = Create(plane, loop: 0), peer = Create(plane, loop: 1);
        us.Configure(Towards(peer, lite: true));
        peer.Configure(Towards(us, lite: false));
        us.Play(TestLeg.Tone(8000), 1);
        IceConnected[] connected = [Next<IceConnected>(), Next<IceConnected>()];
        Assert.Equal([us.LocalRtp, peer.LocalRtp], connected.OrderBy(c => c.Leg == us).Select(c => c.Remote));
        Next<PlayoutEnded>();
        SpinWait.SpinUntil(() => peer.Statistics.PacketsReceived >= 45, s_patience);
        Assert.True(Closed(peer).PacketsReceived >= 45);
    }

    [Fact]
    public void Media_and_checks_of_consent_allocate_nothing()
    {
        using MediaPlane plane = Start(SharedAt);
        IcePhone[] phones = [new(), new()];
        MediaLeg[] legs = [Create(plane), Create(plane)];
        for (int i = 0; i < 2; i++)
        {
            legs[i].Configure(IcePhone.Settings());
            Assert.Equal(0, phones[i].Ask(legs[i], IcePhone.Check(legs[i].Ice!)));
        }
        legs[0].Connect(legs[1]);
        long before = 0;
        for (ushort n = 0; n < 400; n++)
        {
            if (n == 200) before = plane.Status.Loops[0].AllocatedBytes;
            for (int i = 0; i < 2; i++) phones[i].Send(legs[i], TestLeg.Packet(n, 160u * n));
            for (int i = 0; i < 2; i++) phones[i].ReceiveRtp(legs[i]);
            Assert.Equal(0, phones[0].Ask(legs[0], IcePhone.Check(legs[0].Ice!)));
        }
        Assert.Equal(before, plane.Status.Loops[0].AllocatedBytes);
        foreach (IcePhone phone in phones) phone.Dispose();
    }

    [Fact]
    public void A_port_in_use_fails_the_start_with_its_name()
    {
        using MediaPlane plane = Start(SharedAt);
        IOException refused = Assert.Throws<IOException>(() => Start(SharedAt));
        Assert.Contains("media.webrtc_port", refused.Message, StringComparison.Ordinal);
    }

    private MediaPlane Start(int sharedPort, int loops = 1) => MediaPlane.Start(
        new MediaOptions { Ports = [new MediaPortRange(32800, 32949, null)], Loops = loops, Io = backend, WebRtcPort = sharedPort }, NullLoggerFactory.Instance);

    private MediaLeg Create(MediaPlane plane, string address = "127.0.0.1", int loop = 0) =>
        plane.CreateLeg(new MediaLegRequest(IPAddress.Parse(address), "test", _events.Add, loop) { WebRtc = true })!;

    private static MediaLegSettings Towards(MediaLeg peer, bool lite)
    {
        MediaLegSettings settings = IcePhone.Settings(lite, peer.LocalRtp);
        return settings with { Ice = settings.Ice! with { RemoteUsernameFragment = peer.Ice!.UsernameFragment, RemotePassword = peer.Ice.Password } };
    }

    private static LegStatistics Closed(MediaLeg leg)
    {
        var closed = new TaskCompletionSource<LegStatistics>(TaskCreationOptions.RunContinuationsAsynchronously);
        leg.Close(closed.SetResult);
        Assert.True(closed.Task.Wait(s_patience));
        return closed.Task.Result;
    }

    private T Next<T>() where T : MediaEvent
    {
        while (_events.TryTake(out MediaEvent? raised, s_patience))
        {
            if (raised is T wanted) return wanted;
        }
        throw new TimeoutException(typeof(T).Name);
    }
}
