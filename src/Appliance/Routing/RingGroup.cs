namespace Tandem.Routing;

/// <summary>Users and numbers that ring together or in turn.</summary>
public sealed record RingGroup
{
    public required string Name { get; init; }

    public RingMethod Method { get; init; }

    /// <summary>Extensions, user names or outside numbers as a user would dial them.</summary>
    public IReadOnlyList<string> Members { get; init; } = [];

    /// <summary>How long it rings: all together, or each in turn.</summary>
    public int RingSeconds { get; init; } = 20;

    /// <summary>The number that is called when nobody answers; null: the call fails.</summary>
    public string? Otherwise { get; init; }
}
