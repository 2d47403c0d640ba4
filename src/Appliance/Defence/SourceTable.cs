namespace Tandem.Defence;

/// <summary>
/// Sources and how fast each sends: buckets that fill at a steady rate and lose one drop for each message. A fixed amount of memory
/// whatever comes: in the four places that a source may take, the one that was silent longest makes room, those that are exempt or have
/// proved themselves last.
/// </summary>
/// <remarks>One owner. A source that is forgotten begins with full buckets again.</remarks>
internal sealed class SourceTable
{
    private const int Ways = 4;

    private readonly Source[] _places;
    private readonly RateLimit[] _limits;
    private readonly int _sets;

    /// <param name="limits">By <see cref="RequestClass"/>; at least one.</param>
    /// <param name="capacity">Sources kept; rounded up to a power of two.</param>
    public SourceTable(IReadOnlyList<RateLimit> limits, int capacity)
    {
        _limits = [.. limits];
        _sets = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, capacity / Ways));
        _places = new Source[_sets * Ways];
    }

    public int Capacity => _places.Length;

    /// <summary>Places taken. Looks at all.</summary>
    public int Count => _places.Count(place => place.SeenAt != TimeSpan.Zero);

    /// <summary>The source with its buckets filled up to now; one that was not known is added.</summary>
    /// <param name="now">More than zero.</param>
    /// <returns>Valid until the next call.</returns>
    public ref Source Find(SourceKey key, TimeSpan now)
    {
        int first = (key.GetHashCode() & (_sets - 1)) * Ways, oldest = first;
        for (int at = first; at < first + Ways; at++)
        {
            ref Source place = ref _places[at];
            if (place.SeenAt != TimeSpan.Zero && place.Key == key)
            {
                Refill(ref place, now);
                return ref place;
            }
            if (GivesWay(place, _places[oldest], now)) oldest = at;
        }
        ref Source added = ref _places[oldest];
        added = new Source { Key = key, SeenAt = now };
        for (int i = 0; i < _limits.Length; i++) added.Left[i] = (float)_limits[i].Burst;
        return ref added;
    }

    /// <summary>Takes a drop.</summary>
    /// <param name="source">From <see cref="Find"/>.</param>
    /// <param name="kind">Which bucket.</param>
    /// <param name="share">What a message takes: less than one lets through more.</param>
    /// <returns>False: the bucket is empty.</returns>
    public static bool TryTake(ref Source source, RequestClass kind, float share = 1)
    {
        ref float left = ref source.Left[(int)kind];
        if (left < share) return false;
        left -= share;
        return true;
    }

    /// <summary>Those that never give way to strangers. Looks at all.</summary>
    public IEnumerable<SourceKey> Known(TimeSpan now) => _places.Where(place => Stays(place, now)).Select(place => place.Key);

    public void Clear() => Array.Clear(_places);

    private void Refill(ref Source source, TimeSpan now)
    {
        double passed = (now - source.SeenAt).TotalSeconds;
        if (passed <= 0) return;
        source.SeenAt = now;
        for (int i = 0; i < _limits.Length; i++)
            source.Left[i] = (float)Math.Min(_limits[i].Burst, source.Left[i] + (passed * _limits[i].PerSecond));
    }

    private static bool Stays(in Source source, TimeSpan now) => source.IsExempt || source.ProvenUntil > now;

    private static bool GivesWay(in Source one, in Source other, TimeSpan now)
    {
        bool oneStays = Stays(one, now), otherStays = Stays(other, now);
        return oneStays == otherStays ? one.SeenAt < other.SeenAt : otherStays;
    }
}
