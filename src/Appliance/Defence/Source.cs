using System.Runtime.CompilerServices;

namespace Tandem.Defence;

/// <summary>What is known of one source.</summary>
internal struct Source
{
    public SourceKey Key;

    /// <summary>When it was last seen; zero: the place is empty.</summary>
    public TimeSpan SeenAt;

    /// <summary>Somebody with a right password was there; until then it counts as known.</summary>
    public TimeSpan ProvenUntil;

    /// <summary>Which reading of the lists <see cref="IsExempt"/> comes from; 0: none.</summary>
    public int ListsRead;

    /// <summary>It is on a list of those that no limit holds.</summary>
    public bool IsExempt;

    public Levels Left;

    [InlineArray(RequestClasses.Count)]
    internal struct Levels
    {
        private float _first;
    }
}
