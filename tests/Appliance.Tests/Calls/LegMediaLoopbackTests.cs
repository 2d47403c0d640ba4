using System.Net;
using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Calls;
using Tandem.Configuration;
using Tandem.Media;
using Tandem.Signalling;
using Xunit;

namespace Appliance.Tests.Calls;

/// <summary>Two legs of ours call each other by SDP alone: what they write about themselves is enough to connect.</summary>
[Collection("calls loopback")]
public sealed class LegMediaLoopbackTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    private static readonly MediaAddress s_loopback = new(IPAddress.Loopback, IPAddress.Loopback, IPAddress.Loopback);

    [Theory]
    [InlineData(LegTransport.Dtls)]
    [InlineData(LegTransport.WebRtc)]
    internal async Task Media_flows_both_ways_under_keys_of_DTLS(LegTransport transport)
    {
        using var shard = new SignallingShard(NullLogger.Instance);
        using MediaPlane plane = MediaPlane.Start(
            new MediaOptions { Ports = [new MediaPortRange(31700, 31799, null)], Loops = 1 }, NullLoggerFactory.Instance);
        shard.Start();
        Channel<MediaEvent> events = Channel.CreateUnbounded<MediaEvent>();
        (LegMedia one, LegMedia two) = await shard.InvokeAsync(() =>
        {
            LegMedia caller = Open(plane, shard, transport, events), called = Open(plane, shard, transport, events);
            ReadOnlyMemory<byte> answer = called.Answer(caller.Offer(), out string? problem);
            Assert.Null(problem);
            Assert.True(caller.Accept(answer, out problem), problem);
            return (caller, called);
        });
        HashSet<MediaLeg> connected = [];
        while (connected.Count < 2)
        {
            MediaEvent next = await events.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(s_limit, TestContext.Current.CancellationToken);
            Assert.IsNotType<DtlsFailed>(next);
            if (next is DtlsConnected) connected.Add(next.Leg);
        }
        one.Leg.Play(CallTones.Ringback, playoutId: 1);
        two.Leg.Play(CallTones.Ringback, playoutId: 1);
        using var patience = new CancellationTokenSource(s_limit);
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (one.Leg.Statistics.PacketsReceived < 10 || two.Leg.Statistics.PacketsReceived < 10) await poll.WaitForNextTickAsync(patience.Token);
        Assert.Equal((0, 0), (one.Leg.Statistics.NotAuthentic, two.Leg.Statistics.NotAuthentic));
        one.Leg.Close();
        two.Leg.Close();
    }

    private static LegMedia Open(MediaPlane plane, SignallingShard shard, LegTransport transport, Channel<MediaEvent> events)
    {
        LegMedia media = LegMedia.Open(plane, shard, "test", s_loopback, LegVoice.Telephone, s_limit, loop: null, transport)!;
        media.OnEvent = raised => events.Writer.TryWrite(raised);
        return media;
    }
}
