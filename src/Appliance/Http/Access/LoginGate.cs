using System.Net;
using Tandem.Net;

namespace Tandem.Http.Access;

/// <summary>Slows down whoever guesses passwords: failures of a source and of a name, known or not, each fill a bucket that empties slowly.</summary>
/// <remarks>Any thread. Beyond <paramref name="kept"/> buckets the oldest gives way.</remarks>
internal sealed class LoginGate(int perSource = 10, int perName = 30, int kept = 10_000)
{
    private static readonly TimeSpan s_sourceLeak = TimeSpan.FromSeconds(30), s_nameLeak = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Bucket> _buckets = new(StringComparer.Ordinal);

    /// <summary>One try.</summary>
    /// <returns>Zero: go on. Else how long to wait.</returns>
    public TimeSpan Wait(IPAddress source, string name, TimeSpan now)
    {
        lock (_lock)
        {
            TimeSpan source1 = Wait(SourceKey(source), perSource, s_sourceLeak, now), name1 = Wait(NameKey(name), perName, s_nameLeak, now);
            return source1 > name1 ? source1 : name1;
        }
    }

    public void Failed(IPAddress source, string name, TimeSpan now)
    {
        lock (_lock)
        {
            Add(SourceKey(source), s_sourceLeak, now);
            Add(NameKey(name), s_nameLeak, now);
        }
    }

    private TimeSpan Wait(string key, int most, TimeSpan leak, TimeSpan now)
    {
        double level = _buckets.TryGetValue(key, out Bucket bucket) ? bucket.At(now, leak) : 0;
        return level <= most - 1 ? TimeSpan.Zero : (level - (most - 1)) * leak;
    }

    private void Add(string key, TimeSpan leak, TimeSpan now)
    {
        double level = _buckets.TryGetValue(key, out Bucket bucket) ? bucket.At(now, leak) : 0;
        if (_buckets.Count >= kept && !_buckets.ContainsKey(key)) _buckets.Remove(_buckets.MinBy(one => one.Value.When).Key);
        _buckets[key] = new Bucket(level + 1, now);
    }

    private static string SourceKey(IPAddress source) => "a" + ConnectionLimits.Source(source);

    private static string NameKey(string name) => "n" + (name.Length > 64 ? name[..64] : name);

    private readonly record struct Bucket(double Level, TimeSpan When)
    {
        public double At(TimeSpan now, TimeSpan leak) => Math.Max(0, Level - ((now - When) / leak));
    }
}
