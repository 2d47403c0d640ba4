using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Signalling;
using Xunit;

namespace Appliance.Tests.Signalling;

public sealed class DeadlineHeapTests : IDisposable
{
    private readonly SignallingShard _shard = new(NullLogger.Instance);    // never started: the heap needs timers, timers need a shard
    private readonly DeadlineHeap _heap = new();

    public void Dispose() => _shard.Dispose();

    [Fact]
    public void Timers_come_out_by_deadline_and_equal_ones_in_the_order_they_were_set()
    {
        ShardTimer a = Timer(), b = Timer(), c = Timer(), d = Timer();
        _heap.Set(a, At(5));
        _heap.Set(b, At(1));
        _heap.Set(c, At(5));
        _heap.Set(d, At(3));
        Assert.Equal([b, d, a, c], Drain());
    }

    [Fact]
    public void A_timer_that_is_not_due_stays()
    {
        _heap.Set(Timer(), At(2));
        Assert.Null(_heap.TakeDue(At(1)));
        Assert.Equal(At(2), _heap.Next);
        Assert.NotNull(_heap.TakeDue(At(2)));
        Assert.Equal(TimeSpan.MaxValue, _heap.Next);
    }

    [Fact]
    public void Setting_again_moves_a_timer_and_never_cancels_it()
    {
        ShardTimer a = Timer(), b = Timer();
        _heap.Set(a, At(1));
        _heap.Set(b, At(2));
        _heap.Set(a, At(3));
        Assert.Equal(2, _heap.Count);
        Assert.Equal([b, a], Drain());
        _heap.Set(a, At(1));
        _heap.Set(a, TimeSpan.MaxValue);
        Assert.Equal(0, _heap.Count);
        Assert.False(a.IsSet);
    }

    [Fact]
    public void Random_setting_moving_and_removing_keeps_the_order()
    {
        var random = new Random(7);
        ShardTimer[] timers = [.. Enumerable.Range(0, 500).Select(_ => Timer())];
        for (int i = 0; i < 20_000; i++)
        {
            ShardTimer timer = timers[random.Next(timers.Length)];
            if (random.Next(3) == 0) _heap.Remove(timer);
            else _heap.Set(timer, At(random.Next(1000)));
        }

        int set = timers.Count(t => t.IsSet);
        Assert.Equal(set, _heap.Count);
        List<ShardTimer> order = Drain();
        Assert.Equal(set, order.Count);
        Assert.Equal(order.OrderBy(t => t.Deadline).ThenBy(t => t.Order), order);
    }

    private ShardTimer Timer() => _shard.CreateTimer(static _ => { }, null);

    private static TimeSpan At(int seconds) => TimeSpan.FromSeconds(seconds);

    private List<ShardTimer> Drain()
    {
        List<ShardTimer> order = [];
        while (_heap.TakeDue(TimeSpan.MaxValue) is { } timer) order.Add(timer);
        return order;
    }
}
