using Xunit;

namespace Interop.Impaired;

public sealed class ImpairedDirectionTests
{
    private static readonly byte[] Speech = [0x80, 111, .. new byte[60]], Check = [0, 1, .. new byte[60]];

    [Theory]
    [InlineData("loss 1 %", 0.01)]
    [InlineData("loss 10 %", 0.10)]
    [InlineData("loss 5 % in bursts of 3", 0.05)]
    public void So_many_are_lost_and_the_same_ones_every_time(string name, double share)
    {
        Impairment impairment = Impairment.All.Single(one => one.Name == name);
        TimeSpan[][] first = Run(impairment, 7), second = Run(impairment, 7), other = Run(impairment, 8);
        Assert.Equal(first, second);
        Assert.NotEqual(first, other);
        Assert.InRange(first.Count(fate => fate.Length == 0) / (double)first.Length, 0.8 * share, 1.2 * share);
    }

    [Fact]
    public void What_else_passes_changes_nothing_of_the_fate_of_speech() =>
        Assert.Equal(Run(Impairment.All[3], 7).Select(fate => fate.Length), Run(Impairment.All[3], 7, checks: true).Select(fate => fate.Length));

    [Fact]
    public void Bursts_are_as_long_as_they_are_to_be()
    {
        bool[] lost = [.. Run(new Impairment("bursts", 0.05, MeanBurst: 3), 3).Select(fate => fate.Length == 0)];
        int bursts = lost.Where((gone, i) => gone && (i == 0 || !lost[i - 1])).Count();
        Assert.InRange((double)lost.Count(gone => gone) / bursts, 2.6, 3.4);
    }

    [Fact]
    public void Jitter_overtakes_nobody_reordering_does_and_some_come_twice()
    {
        TimeSpan[] jittered = [.. Run(new Impairment("jitter", Jitter: TimeSpan.FromMilliseconds(30)), 1).Select(Assert.Single)];
        Assert.Equal(jittered.Order(), jittered);
        Assert.InRange(jittered.Select((at, i) => (at - TimeSpan.FromMilliseconds(20 * i)).TotalMilliseconds).Average(), 28, 36);

        TimeSpan[] reordered = [.. Run(new Impairment("reordering", Reordered: 0.1), 1).Select(Assert.Single)];
        Assert.InRange(reordered.Zip(reordered.Skip(2)).Count(pair => pair.First > pair.Second) / (double)reordered.Length, 0.08, 0.12);

        Assert.InRange(Run(new Impairment("duplication", Duplicated: 0.1), 1).Average(fate => fate.Length), 1.09, 1.11);
    }

    private static TimeSpan[][] Run(Impairment impairment, int seed, bool checks = false)
    {
        ImpairedDirection direction = new(impairment, seed);
        return [.. Enumerable.Range(0, 20_000).Select(i =>
        {
            TimeSpan now = TimeSpan.FromMilliseconds(20 * i);
            List<TimeSpan> releases = [];
            if (checks) direction.Carry(Check, now, releases);
            releases.Clear();
            direction.Carry(Speech, now, releases);
            return releases.ToArray();
        })];
    }
}
