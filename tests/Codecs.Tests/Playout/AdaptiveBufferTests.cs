using Micro.Quality;
using Xunit;

namespace CodecsTests;

/// <summary>The jitter buffer beside one that keeps a fixed delay, on networks of simulated time.</summary>
public class AdaptiveBufferTests
{
    public static TheoryData<string> Networks => [.. NetworkTrace.All.Select(trace => trace.Name)];

    [Theory]
    [MemberData(nameof(Networks))]
    public void No_fixed_delay_of_the_same_mean_does_better(string network)
    {
        NetworkTrace trace = NetworkTrace.All.Single(trace => trace.Name == network);
        PlayoutOutcome adaptive = PlayoutSimulation.Adaptive(trace), same = PlayoutSimulation.FixedOfMean(trace, adaptive.DelayMs);
        // Who knows that a network never changes can choose the best delay for it: that much is granted.
        Assert.True(adaptive.Concealed <= same.Concealed + 0.004, $"{adaptive} beside {same}");
        Assert.True(adaptive.LateLost <= Math.Min(same.LateLost, 0.001), $"{adaptive} beside {same}");
    }

    [Theory]
    [InlineData("smooth", 32)]
    [InlineData("spikes", 45)]    // each is past when it is known
    [InlineData("a quick sender", 36)]
    public void No_more_delay_is_kept_than_the_network_asks_for(string network, double mostMs)
    {
        PlayoutOutcome adaptive = PlayoutSimulation.Adaptive(NetworkTrace.All.Single(trace => trace.Name.StartsWith(network, StringComparison.Ordinal)));
        Assert.True(adaptive.DelayMs <= mostMs, adaptive.ToString());
    }

    [Fact]
    public void Where_the_clocks_run_apart_it_loses_nothing_and_a_fixed_one_does()
    {
        NetworkTrace trace = NetworkTrace.All.Single(trace => trace.Name.StartsWith("a slow sender", StringComparison.Ordinal));
        PlayoutOutcome adaptive = PlayoutSimulation.Adaptive(trace);
        Assert.Equal(0, adaptive.LateLost);
        Assert.InRange(adaptive.Concealed, 0, 0.0005);
        Assert.True(PlayoutSimulation.Fixed(trace, 40).LateLost > 0.02);
    }
}
