using Interop.Audio;
using Interop.Peers;
using Xunit;

namespace Interop.EndToEnd;

public sealed class ManyCallsTests
{
    private const int Calls = 200;

    [Fact]
    public async Task Two_hundred_calls_at_once_hear_the_prompt_without_a_lost_packet_and_on_time()
    {
        await using TandemProcess tandem = await TandemProcess.StartAsync(new TandemSetup { MediaPorts = 2 * Calls + 40 });
        await Appliance.RunAsync(tandem, async () =>
        {
            Sound prompt = await Appliance.ReferenceAsync(tandem, TandemSetup.Welcome);
            int port = Ports.Rtp(4 * Calls);
            using RtpPeer peer = new(tandem.Setup.Address, port, Calls);
            TimeSpan arriving = TimeSpan.FromSeconds(Calls / 50.0);

            SippResult result = await Sipp.RunAsync(tandem.Sipp("call") with
            {
                Calls = Calls,
                Rate = 50,
                MediaPort = port,
                Pause = prompt.Duration + arriving,
            });
            Assert.True(result.Succeeded(Calls), result.ToString());
            IReadOnlyList<RtpStream> streams = peer.Streams;

            int packets = prompt.Samples.Length / 160;
            Assert.All(streams, s => Assert.True(s.Audio.Count() >= packets, $"port {s.Port} had {s.Audio.Count()} packets, the prompt has {packets}"));
            Assert.Equal(0, streams.Sum(s => s.SequenceErrors));
            Assert.Equal(0, streams.Sum(s => s.TimestampErrors));
            Assert.All(streams, s => Assert.Equal(1, s.Sources));
            Assert.True(AtOnce(streams) == Calls, $"only {AtOnce(streams)} streams at the same time");
            AudioMatch match = AudioMatch.Find(prompt, streams[0].ToSound());
            Assert.True(match.Passes, match.ToString());
            // What one hears all hear: the very same frames.
            byte[][] first = Frames(streams[0], packets);
            Assert.All(streams, s => Assert.True(Frames(s, packets).Zip(first).All(f => f.First.AsSpan().SequenceEqual(f.Second)), $"port {s.Port} heard something else"));

            double[] pacing = [.. streams.SelectMany(s => s.PacingMs)];
            double p99 = RtpPeer.Percentile(pacing, 0.99);
            IReadOnlyList<double> own = peer.OwnErrorsMs;
            double floor = RtpPeer.Percentile(own, 0.99);
            Figures.Write($"{Calls} calls at once: {pacing.Length} packets, deviation from 20 ms p50 {RtpPeer.Percentile(pacing, 0.5):F2} p99 {p99:F2} largest {pacing.Max():F2} ms; a thread that only sleeps 20 ms: p99 {floor:F2} largest {own.Max():F2} ms");
            // A host that stalls, stalls the one as it does the other.
            Assert.True(p99 <= 3 + floor, $"p99 of the pacing is {p99:F2} ms, that of a thread which only sleeps {floor:F2}");
        });
    }

    private static byte[][] Frames(RtpStream stream, int count) => [.. stream.Audio.Take(count).Select(p => p.Payload)];

    /// <summary>How many streams were between their first and last packet at the same moment.</summary>
    private static int AtOnce(IReadOnlyList<RtpStream> streams)
    {
        long last = streams.Max(s => s.Packets[0].At);
        return streams.Count(s => s.Packets[^1].At >= last);
    }
}
