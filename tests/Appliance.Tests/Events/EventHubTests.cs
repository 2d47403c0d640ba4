using Tandem.Events;
using Xunit;

namespace Tandem.Tests.Events;

public sealed class EventHubTests
{
    [Fact]
    public void A_watcher_gets_what_is_published_after_it_came_in_order()
    {
        var hub = new EventHub();
        hub.Publish("before");
        using EventSubscription watcher = hub.Watch();
        hub.Publish("one", ("call_id", "a"));
        hub.Publish("two");
        Assert.Empty(watcher.Missed);
        Assert.False(watcher.HasGap);
        Assert.Equal(["2 one", "3 two"], Drain(watcher));
    }

    [Fact]
    public void Who_comes_back_gets_what_it_missed()
    {
        var hub = new EventHub(kept: 4);
        for (int i = 1; i <= 6; i++) hub.Publish($"e{i}");
        using EventSubscription watcher = hub.Watch(after: 3);
        Assert.Equal(["e4", "e5", "e6"], watcher.Missed.Select(missed => missed.Event.Kind));
        Assert.False(watcher.HasGap);
    }

    [Theory]
    [InlineData(1)]    // fallen out
    [InlineData(99)]    // of a later time than ours: another run
    public void Who_asks_for_what_is_not_kept_is_told_of_the_gap(long after)
    {
        var hub = new EventHub(kept: 4);
        for (int i = 1; i <= 6; i++) hub.Publish($"e{i}");
        using EventSubscription watcher = hub.Watch(after);
        Assert.True(watcher.HasGap);
        Assert.Equal(after == 1 ? 4 : 0, watcher.Missed.Count);
    }

    [Fact]
    public void Who_does_not_read_is_cut_off_and_the_others_get_everything()
    {
        var hub = new EventHub(queue: 3);
        using EventSubscription slow = hub.Watch(), quick = hub.Watch();
        List<string> seen = [];
        for (int i = 1; i <= 10; i++)
        {
            hub.Publish($"e{i}");
            seen.AddRange(Drain(quick));
        }
        Assert.Equal(10, seen.Count);
        Assert.Equal(["1 e1", "2 e2", "3 e3"], Drain(slow));
        Assert.True(slow.New.Completion.IsCompletedSuccessfully);
        Assert.Equal(1, hub.Watchers);
    }

    [Fact]
    public async Task Events_of_many_threads_are_numbered_without_holes()
    {
        var hub = new EventHub(kept: 5000, queue: 5000);
        using EventSubscription watcher = hub.Watch();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => { for (int i = 0; i < 1000; i++) hub.Publish("x"); })));
        List<long> numbers = [];
        while (watcher.New.TryRead(out NumberedEvent e)) numbers.Add(e.Number);
        Assert.Equal(Enumerable.Range(1, 4000).Select(number => (long)number), numbers);
    }

    private static List<string> Drain(EventSubscription watcher)
    {
        List<string> read = [];
        while (watcher.New.TryRead(out NumberedEvent e)) read.Add($"{e.Number} {e.Event.Kind}");
        return read;
    }
}
