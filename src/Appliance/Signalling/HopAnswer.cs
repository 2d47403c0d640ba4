namespace Tandem.Signalling;

/// <summary>Where a URI leads.</summary>
/// <param name="Hops">In the order to try them in; empty: nowhere.</param>
/// <param name="Lifetime">How long that holds, by what DNS says; MaxValue: an address holds for ever.</param>
internal sealed record HopAnswer(IReadOnlyList<Hop> Hops, TimeSpan Lifetime)
{
    /// <summary>It is no URI that leads anywhere.</summary>
    public static HopAnswer Nowhere { get; } = new([], TimeSpan.MaxValue);

    /// <summary>Nobody could say.</summary>
    public static HopAnswer Unknown { get; } = new([], HostNames.AskAgain);
}
