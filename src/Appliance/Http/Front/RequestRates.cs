using System.Net;
using Tandem.Net;

namespace Tandem.Http.Front;

/// <summary>How fast each source asks: a bucket that fills at a steady rate and empties by one for each request. Any thread.</summary>
/// <param name="perSecond">What flows in.</param>
/// <param name="burst">What it holds.</param>
/// <param name="sources">Buckets kept; beyond them, whoever is not known is let in, so that a flood from many addresses shuts out nobody else.</param>
internal sealed class RequestRates(int perSecond, int burst, int sources = 16_384)
{
    private readonly Dictionary<IPAddress, Bucket> _buckets = [];
    private readonly Lock _counting = new();
    private TimeSpan _swept;

    /// <summary>Buckets kept now.</summary>
    public int Count
    {
        get { lock (_counting) return _buckets.Count; }
    }

    /// <summary>One request.</summary>
    /// <returns>False: too fast.</returns>
    public bool TryTake(IPAddress remote, TimeSpan now)
    {
        IPAddress source = ConnectionLimits.Source(remote);
        lock (_counting)
        {
            if (now - _swept > TimeSpan.FromSeconds(10) || _buckets.Count >= sources) Sweep(now);
            bool known = _buckets.TryGetValue(source, out Bucket bucket);
            if (!known && _buckets.Count >= sources) return true;
            double left = known ? Left(bucket, now) : burst;
            _buckets[source] = new Bucket(left >= 1 ? left - 1 : left, now);
            return left >= 1;
        }
    }

    private double Left(Bucket bucket, TimeSpan now) => Math.Min(burst, bucket.Left + ((now - bucket.At).TotalSeconds * perSecond));

    /// <summary>Full buckets say nothing that an absent one does not say.</summary>
    private void Sweep(TimeSpan now)
    {
        if (now == _swept) return;
        _swept = now;
        foreach ((IPAddress source, Bucket bucket) in _buckets)
            if (Left(bucket, now) >= burst) _buckets.Remove(source);
    }

    private readonly record struct Bucket(double Left, TimeSpan At);
}
