namespace Tandem.Configuration;

/// <summary>Section <c>[calls]</c>.</summary>
public sealed record CallOptions
{
    [Setting("max", "Calls at once; the next one gets 503.", Min = 1, Max = 1000000)]
    public int Max { get; init; } = 2000;

    [Setting("ring_seconds", "How long a transferred call rings before it counts as not answered.", Min = 1, Max = 600, Unit = "s")]
    public TimeSpan RingTime { get; init; } = TimeSpan.FromSeconds(20);

    [Setting("outside_ring_seconds", "How long a number outside is tried, through all its carriers together, before it counts as not answered.", Min = 1, Max = 600, Unit = "s")]
    public TimeSpan OutsideRingTime { get; init; } = TimeSpan.FromSeconds(60);

    [Setting("gateway_ms", "How long a gateway may say nothing at all to a call before the next one is tried.", Min = 100, Max = 32000, Unit = "ms")]
    public TimeSpan GatewayTime { get; init; } = TimeSpan.FromSeconds(4);

    [Setting("max_forwards", "Forwardings that one call may go through, before us and here.", Min = 0, Max = 20)]
    public int MaxForwards { get; init; } = 5;

    [Setting("max_outside_seconds", "Length of a call with the outside; a carrier may have a shorter limit of its own. 0: no limit.", Max = 864000, Unit = "s")]
    public TimeSpan MaxOutside { get; init; } = TimeSpan.FromHours(4);
}
