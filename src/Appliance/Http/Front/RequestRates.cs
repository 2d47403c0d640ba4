using System.Net;
using System.Runtime.InteropServices;
using Tandem.Defence;
using Tandem.Net;

namespace Tandem.Http.Front;

/// <summary>How fast each source asks: a bucket that fills at a steady rate and empties by one for each request. Any thread.</summary>
/// <param name="perSecond">What flows in.</param>
/// <param name="burst">What it holds.</param>
/// <param name="sources">Buckets kept; beyond them, whoever is not known is let in, so that a flood from many addresses shuts out nobody else.</param>
internal sealed class RequestRates(int perSecond, int burst, int sources = 16_384)
{
    private readonly Dictionary<IPAddress, RateBucket> _buckets = [];
    private readonly RateLimit _limit = new(perSecond, burst);
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
            if (_buckets.Count >= sources && !_buckets.ContainsKey(source)) return true;
            ref RateBucket bucket = ref CollectionsMarshal.GetValueRefOrAddDefault(_buckets, source, out bool known);
            if (!known) bucket = new RateBucket(_limit);
            return bucket.TryTake(now);
        }
    }

    /// <summary>Full buckets say nothing that an absent one does not say.</summary>
    private void Sweep(TimeSpan now)
    {
        if (now == _swept) return;
        _swept = now;
        foreach ((IPAddress source, RateBucket bucket) in _buckets)
            if (bucket.IsFull(now)) _buckets.Remove(source);
    }
}
