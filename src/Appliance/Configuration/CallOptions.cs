namespace Tandem.Configuration;

/// <summary>Section <c>[calls]</c>.</summary>
public sealed record CallOptions
{
    [Setting("max", "Calls at once; the next one gets 503.", Min = 1, Max = 1000000)]
    public int Max { get; init; } = 2000;

    [Setting("ring_seconds", "How long a transferred call rings before it counts as not answered.", Min = 1, Max = 600, Unit = "s")]
    public TimeSpan RingTime { get; init; } = TimeSpan.FromSeconds(20);
}
