using System.Globalization;
using System.Text.RegularExpressions;
using Interop.Peers;
using Xunit;

namespace Interop.EndToEnd;

/// <summary>Browsers that all come at once do not disturb who is talking: bench/Load makes both, in a process of its own.</summary>
[Trait("Category", "Long")]
public sealed partial class HandshakeStormTests
{
    private const double LimitMs = 10;
    private const int Rounds = 4;

    [Fact]
    public async Task Two_hundred_DTLS_handshakes_at_once_delay_no_packets_of_running_calls()
    {
        string load = Path.Combine(TandemProcess.Repository(), "bench/Load/bin/Debug/net10.0/Load");
        string output = await ChildProcess.RunAsync(load,
            ["media", "--kind", "relay", "--calls", "20", "--engine", "tandem", "--seconds", "8", "--rounds", $"{Rounds}", "--handshakes", "200", "--tandem", TandemProcess.Binary()],
            TimeSpan.FromMinutes(5));
        double[] delays = Numbers(Delay(), output), floors = Numbers(Floor(), output);
        Assert.True(delays.Length == 2 * Rounds && floors.Length == delays.Length, output);    // without and with handshakes, in turns
        Assert.Equal(Rounds, Storm().Count(output));                                           // each says so only where every handshake came to its end
        Figures.Write($"200 DTLS handshakes at once: added delay of 20 running calls p99.9 {Text(delays, 1)} ms; without handshakes {Text(delays, 0)}; a thread that only sleeps {Text(floors, 1)} late");
        // A host that stalls, stalls the one as it does the other: the best round is the product's.
        Assert.True(Enumerable.Range(0, Rounds).Any(round => delays[2 * round + 1] <= LimitMs + Math.Max(delays[2 * round], floors[2 * round + 1])), output);
    }

    private static double[] Numbers(Regex what, string output) =>
        [.. what.Matches(output).Select(match => double.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture))];

    private static string Text(double[] values, int first) =>
        string.Join(' ', values.Where((_, i) => i % 2 == first).Select(value => value.ToString("F1", CultureInfo.InvariantCulture)));

    [GeneratedRegex(@"added delay .* p99\.9 ([0-9.]+) ms")]
    private static partial Regex Delay();

    [GeneratedRegex(@"calls: .* a sleeper p99\.9 ([0-9.]+) ms")]
    private static partial Regex Floor();

    [GeneratedRegex(@"([0-9]+) of \1 handshakes")]
    private static partial Regex Storm();
}
