using Tandem.Routing;
using Tandem.Trunks;
using Xunit;

namespace Tandem.Tests.Trunks;

/// <summary>How many calls a carrier may have.</summary>
public sealed class CarrierLimitsTests
{
    private readonly CarrierLimits _limits = new();

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);

    [Fact]
    public void Calls_at_once_are_limited_and_an_end_makes_room()
    {
        var carrier = new Carrier { Name = "acme", MaxCalls = 2 };
        Assert.Equal([CarrierRoom.Free, CarrierRoom.Free, CarrierRoom.TooMany],
            [_limits.TryStart(carrier, At(0)), _limits.TryStart(carrier, At(0)), _limits.TryStart(carrier, At(0))]);
        _limits.Ended("acme");
        Assert.Equal((1, CarrierRoom.Free), (_limits.Calls("acme"), _limits.TryStart(carrier, At(0))));
        Assert.Equal(CarrierRoom.Free, _limits.TryStart(carrier with { Name = "other" }, At(0)));
    }

    [Fact]
    public void No_second_has_more_starts_than_it_may_wherever_it_begins()
    {
        var carrier = new Carrier { Name = "acme", MaxCallsPerSecond = 3 };
        List<double> starts = [];
        for (double at = 0; at < 10; at += 0.07)
            if (_limits.TryStart(carrier, At(at)) == CarrierRoom.Free) starts.Add(at);
        foreach (double start in starts) Assert.InRange(starts.Count(at => at >= start && at < start + 1), 1, 3);
        Assert.InRange(starts.Count, 27, 30);
    }

    [Fact]
    public void What_is_refused_counts_for_nothing()
    {
        var carrier = new Carrier { Name = "acme", MaxCallsPerSecond = 1 };
        Assert.Equal(CarrierRoom.Free, _limits.TryStart(carrier, At(0)));
        for (int i = 1; i < 10; i++) Assert.Equal(CarrierRoom.TooFast, _limits.TryStart(carrier, At(i / 10.0)));
        Assert.Equal((CarrierRoom.Free, 2), (_limits.TryStart(carrier, At(1)), _limits.Calls("acme")));
    }

    [Fact]
    public void Zero_is_no_limit()
    {
        var carrier = new Carrier { Name = "acme" };
        for (int i = 0; i < 1000; i++) Assert.Equal(CarrierRoom.Free, _limits.TryStart(carrier, At(0)));
    }
}
