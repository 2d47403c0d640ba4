using System.Collections.Concurrent;

namespace Tandem.Calls;

/// <summary>The calls in progress, to be listed from any thread. Only the shard adds, removes and changes them.</summary>
internal sealed class LiveCalls
{
    private readonly ConcurrentDictionary<Guid, Call> _calls = new();
    private int _count;
    private long _faults;

    public int Count => Volatile.Read(ref _count);

    /// <summary>Calls that a fault of ours ended since the start.</summary>
    public long Faults => Interlocked.Read(ref _faults);

    public void Add(Call call)
    {
        if (_calls.TryAdd(call.Id, call)) Interlocked.Increment(ref _count);
    }

    public void Remove(Call call)
    {
        if (_calls.TryRemove(call.Id, out _)) Interlocked.Decrement(ref _count);
    }

    public void CountFault() => Interlocked.Increment(ref _faults);

    public Call? Find(Guid id) => _calls.GetValueOrDefault(id);

    /// <summary>Whether a user is in an answered call, on either side.</summary>
    public bool IsTalking(string user) => _calls.Values.Any(call =>
        (call.Caller.AnsweredAt is not null && call.Caller.User == user) || call.Callee?.User == user);

    public IReadOnlyList<Call> Snapshot() => [.. _calls.Values];
}
