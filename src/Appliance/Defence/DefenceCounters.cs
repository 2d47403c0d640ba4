namespace Tandem.Defence;

/// <summary>What was kept out, ever: kept over restarts. Written on the shard, read on any thread.</summary>
public sealed class DefenceCounters
{
    private readonly long[] _counts = new long[Enum.GetValues<DefenceCount>().Length];

    public long this[DefenceCount what] => Volatile.Read(ref _counts[(int)what]);

    /// <summary>Name and number of each, names in snake_case.</summary>
    public IReadOnlyDictionary<string, long> All =>
        Enum.GetValues<DefenceCount>().ToDictionary(NameOf, what => this[what], StringComparer.Ordinal);

    internal void Count(DefenceCount what) => _counts[(int)what]++;

    /// <summary>Adds what was kept; names that are not known are passed over.</summary>
    internal void Restore(IReadOnlyDictionary<string, long> kept)
    {
        foreach (DefenceCount what in Enum.GetValues<DefenceCount>())
            if (kept.TryGetValue(NameOf(what), out long before)) _counts[(int)what] += before;
    }

    private static string NameOf(DefenceCount what) => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(what.ToString());
}
