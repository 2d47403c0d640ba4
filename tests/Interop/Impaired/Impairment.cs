namespace Interop.Impaired;

/// <summary>What a network does to packets.</summary>
/// <param name="Name">For a table.</param>
/// <param name="Loss">Share of the packets that never come, 0 to 1.</param>
/// <param name="MeanBurst">How many are lost in a row, on average; 1: each on its own.</param>
/// <param name="Jitter">Mean of a delay that is even between nothing and twice that; no packet overtakes another by it.</param>
/// <param name="Reordered">Share of the packets that the two behind them overtake.</param>
/// <param name="Duplicated">Share of the packets that come twice.</param>
public sealed record Impairment(string Name, double Loss = 0, double MeanBurst = 1, TimeSpan Jitter = default, double Reordered = 0, double Duplicated = 0)
{
    private static readonly TimeSpan s_jitter = TimeSpan.FromMilliseconds(30);

    public static Impairment None { get; } = new("nothing");

    public static Impairment Everything { get; } = new("loss 5 % in bursts of 2, jitter 30 ms, reordering 5 %, duplication 5 %", 0.05, 2, s_jitter, 0.05, 0.05);

    /// <summary>Each kind on its own, then all at once.</summary>
    public static IReadOnlyList<Impairment> All { get; } =
    [
        None,
        new("loss 1 %", 0.01),
        new("loss 5 %", 0.05),
        new("loss 10 %", 0.1),
        new("loss 5 % in bursts of 3", 0.05, MeanBurst: 3),
        new("jitter 30 ms", Jitter: s_jitter),
        new("reordering 10 %", Reordered: 0.1),
        new("duplication 10 %", Duplicated: 0.1),
        new("loss 5 %, jitter 30 ms", 0.05, Jitter: s_jitter),
        Everything,
    ];

    public override string ToString() => Name;
}
