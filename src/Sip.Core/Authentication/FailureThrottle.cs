namespace Sip.Core.Authentication;

/// <summary>Makes repeated wrong passwords slow: each failure of a key doubles the time its answer waits. Bounded memory.</summary>
/// <remarks>
/// A key is whatever the caller counts by, e.g. source address and claimed user; whether the user exists plays no part. As only so many
/// answers of a key may wait at once, guessing in parallel is no faster. Not thread-safe: one owner.
/// </remarks>
public sealed class FailureThrottle(int free = 3, TimeSpan? first = null, TimeSpan? longest = null, TimeSpan? forgetAfter = null,
    int waitingPerKey = 4, int capacity = 4096)
{
    sealed class Record
    {
        public required string Key;
        public int Failures;
        public TimeSpan LastFailure;
        public Queue<TimeSpan>? Waiting;     // when each delayed answer is due
    }

    readonly TimeSpan _first = first ?? TimeSpan.FromMilliseconds(500), _longest = longest ?? TimeSpan.FromSeconds(16);
    readonly TimeSpan _forgetAfter = forgetAfter ?? TimeSpan.FromMinutes(10);
    readonly Dictionary<string, LinkedListNode<Record>> _records = new(StringComparer.Ordinal);
    readonly LinkedList<Record> _byAge = [];     // least recent failure first

    public int Count => _records.Count;

    /// <summary>False while as many answers of the key wait as may: refuse without looking at the password.</summary>
    public bool MayTry(string key, TimeSpan now)
    {
        if (!_records.TryGetValue(key, out LinkedListNode<Record>? node) || node.Value.Waiting is not { } waiting) return true;
        while (waiting.TryPeek(out TimeSpan due) && due <= now) waiting.Dequeue();
        return waiting.Count < waitingPerKey;
    }

    /// <summary>Counts a failure.</summary>
    /// <returns>How long the answer has to wait; zero for the first few.</returns>
    public TimeSpan Failed(string key, TimeSpan now)
    {
        if (_records.Remove(key, out LinkedListNode<Record>? node)) _byAge.Remove(node);
        else node = new LinkedListNode<Record>(new Record { Key = key });
        while (_byAge.First is { } oldest && (_records.Count >= capacity || now - oldest.Value.LastFailure > _forgetAfter))
        {
            _records.Remove(oldest.Value.Key);
            _byAge.RemoveFirst();
        }
        Record record = node.Value;
        if (now - record.LastFailure > _forgetAfter) record.Failures = 0;
        record.Failures++;
        record.LastFailure = now;
        _records[key] = node;
        _byAge.AddLast(node);
        if (record.Failures <= free) return TimeSpan.Zero;
        double factor = Math.Pow(2, Math.Min(record.Failures - free - 1, 30));
        TimeSpan delay = _first * factor < _longest ? _first * factor : _longest;
        (record.Waiting ??= []).Enqueue(now + delay);
        return delay;
    }

    /// <summary>Failures counted of the key since it was last quiet for long enough.</summary>
    public int FailuresOf(string key) => _records.TryGetValue(key, out LinkedListNode<Record>? node) ? node.Value.Failures : 0;

    /// <summary>The right password: the count starts again.</summary>
    public void Succeeded(string key)
    {
        if (_records.Remove(key, out LinkedListNode<Record>? node)) _byAge.Remove(node);
    }
}
