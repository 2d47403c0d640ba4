using System.Security.Cryptography;

namespace Tandem.Events;

/// <summary>Passes what happens to those who watch. Publishing never waits: whoever is too slow is cut off and may come back for what is kept.</summary>
/// <param name="kept">The newest events are kept, for those who come back.</param>
/// <param name="queue">Events that may wait for one watcher.</param>
/// <param name="clock">Stamps events that are published without a time.</param>
/// <remarks>Any thread.</remarks>
public sealed class EventHub(int kept = 1024, int queue = 256, TimeProvider? clock = null)
{
    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private readonly Lock _lock = new();
    private readonly ApplianceEvent[] _kept = new ApplianceEvent[kept];
    private readonly List<EventSubscription> _watchers = [];
    private long _last;

    /// <summary>Tells the numbers of this run from those of another.</summary>
    public string Run { get; } = RandomNumberGenerator.GetHexString(8, lowercase: true);

    /// <summary>The number of the newest event; 0: there was none.</summary>
    public long Last
    {
        get { lock (_lock) return _last; }
    }

    /// <summary>Those who watch now.</summary>
    public int Watchers
    {
        get { lock (_lock) return _watchers.Count; }
    }

    public void Publish(ApplianceEvent e)
    {
        lock (_lock)
        {
            _kept[_last++ % kept] = e;
            var numbered = new NumberedEvent(_last, e);
            for (int i = _watchers.Count - 1; i >= 0; i--)
                if (!_watchers[i].TryOffer(numbered)) _watchers.RemoveAt(i);
        }
    }

    /// <summary>Publishes what happens at this moment.</summary>
    /// <param name="kind">As <see cref="ApplianceEvent"/> has it.</param>
    /// <param name="data">Each name once.</param>
    public void Publish(string kind, params ReadOnlySpan<(string Name, object? Value)> data) =>
        Publish(new ApplianceEvent(kind, _clock.GetUtcNow(), new EventData(data)));

    /// <summary>Watches from now on, or from after an event that was seen before, as far as it is kept.</summary>
    /// <param name="after">Number of the last event seen; null: none.</param>
    public EventSubscription Watch(long? after = null)
    {
        lock (_lock)
        {
            long first = after is { } seen && seen <= _last ? Math.Max(seen, _last - kept) + 1 : _last + 1;
            bool hasGap = after is { } asked && first != asked + 1;
            var missed = new NumberedEvent[_last - first + 1];
            for (int i = 0; i < missed.Length; i++) missed[i] = new NumberedEvent(first + i, _kept[(first + i - 1) % kept]);
            var watcher = new EventSubscription(this, hasGap, queue, missed);
            _watchers.Add(watcher);
            return watcher;
        }
    }

    internal void Leave(EventSubscription watcher)
    {
        lock (_lock) _watchers.Remove(watcher);
    }
}
