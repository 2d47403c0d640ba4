using System.Diagnostics;
using Tandem.Storage;
using Xunit;

namespace Tandem.Tests.Storage;

public sealed class JournalQueueTests
{
    [Fact]
    public async Task Every_item_of_many_threads_is_taken_once_and_in_the_order_of_its_thread()
    {
        const int Threads = 4, Each = 20_000;
        using var queue = new JournalQueue();
        Task[] adding = [.. Enumerable.Range(0, Threads).Select(thread => Task.Run(() =>
        {
            for (int n = 0; n < Each; n++) queue.Add((thread, n), urgent: n % 7 == 0);
        }))];
        int[] next = new int[Threads];
        List<object> taken = [];
        for (int seen = 0; seen < Threads * Each; seen += taken.Count)
        {
            taken.Clear();
            queue.Take(TimeSpan.FromSeconds(30), 1000, taken);
            Assert.InRange(taken.Count, 0, 1000);
            foreach ((int thread, int n) in taken.Cast<(int, int)>()) Assert.Equal(next[thread]++, n);
        }
        await Task.WhenAll(adding);

        Assert.Equal(0, queue.Count);
        Assert.All(next, count => Assert.Equal(Each, count));
    }

    [Fact]
    public void What_is_urgent_takes_what_waits_with_it()
    {
        using var queue = new JournalQueue();
        queue.Add("begun", urgent: false);
        queue.Add("ended", urgent: true);
        List<object> taken = [];

        queue.Take(TimeSpan.FromSeconds(30), 1000, taken);

        Assert.Equal(["begun", "ended"], taken);
    }

    [Fact]
    public void What_is_urgent_just_after_such_another_shares_its_wake_up_with_what_follows()
    {
        using var queue = new JournalQueue();
        queue.Add("ended", urgent: true);
        List<object> taken = [];
        queue.Take(TimeSpan.FromSeconds(30), 1000, taken);
        queue.Add("ended too", urgent: true);
        queue.Add("begun", urgent: false);
        taken.Clear();

        queue.Take(TimeSpan.FromSeconds(30), 1000, taken);

        Assert.Equal(["ended too", "begun"], taken);
        Assert.Equal(0, queue.Count);
    }

    [Fact]
    public async Task What_somebody_waits_for_is_taken_in_spite_of_a_rest()
    {
        using var queue = new JournalQueue();
        for (int round = 0; round < 50; round++)
        {
            queue.Add("ended", urgent: true);
            List<object> taken = [];
            queue.Take(TimeSpan.FromSeconds(30), 1000, taken);
            Task taking = Task.Run(() => queue.Take(Timeout.InfiniteTimeSpan, 1000, taken), TestContext.Current.CancellationToken);
            queue.Add("flush", urgent: true, waitedFor: true);
            await taking.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            Assert.Equal(["ended", "flush"], taken);
        }
    }

    [Fact]
    public async Task A_taker_that_sleeps_is_woken_by_items_and_by_the_end()
    {
        using var queue = new JournalQueue();
        foreach (bool urgent in (bool[])[false, true])
        {
            List<object> taken = [];
            Task taking = Task.Run(() => queue.Take(Timeout.InfiniteTimeSpan, 1000, taken), TestContext.Current.CancellationToken);
            queue.Add("item", urgent);
            await taking.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            if (taken.Count == 0) queue.Take(TimeSpan.FromSeconds(30), 1000, taken);    // woken for what it had already taken
            Assert.Equal(["item"], taken);
        }
        Task last = Task.Run(() => queue.Take(Timeout.InfiniteTimeSpan, 1000, []), TestContext.Current.CancellationToken);
        queue.Complete();
        await last.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.True(queue.IsComplete);
    }

    [Fact]
    public void A_wait_of_less_than_a_millisecond_is_one_all_the_same()
    {
        using var queue = new JournalQueue();
        TimeSpan limit = TimeSpan.FromMilliseconds(0.4);
        List<object> taken = [];
        for (int again = 0; again < 20; again++)
        {
            long start = Stopwatch.GetTimestamp();
            queue.Take(limit, 1000, taken);
            Assert.True(Stopwatch.GetElapsedTime(start) >= limit);
        }
        Assert.Empty(taken);
    }
}
