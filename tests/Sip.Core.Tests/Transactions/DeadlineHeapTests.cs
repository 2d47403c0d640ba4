using Sip.Core.Transactions;
using Xunit;

namespace Sip.Core.Tests.Transactions;

public sealed class DeadlineHeapTests
{
    private sealed class Item : Timed;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void It_agrees_with_a_sorted_list_through_adding_moving_and_removing(int seed)
    {
        var random = new Random(seed);
        var heap = new DeadlineHeap<Item>();
        var model = new Dictionary<Item, TimeSpan>();
        var items = new Item[300];
        for (int i = 0; i < items.Length; i++) items[i] = new Item();
        for (int step = 0; step < 20_000; step++)
        {
            Item item = items[random.Next(items.Length)];
            if (random.Next(4) == 0)
            {
                heap.Set(item, TimeSpan.MaxValue);
                model.Remove(item);
            }
            else if (random.Next(10) == 0 && heap.TryTake(heap.Next, out Item? first))
            {
                Assert.Equal(model.Values.Min(), model[first]);
                model.Remove(first);
            }
            else
            {
                var at = TimeSpan.FromTicks(random.Next(1000));
                heap.Set(item, at);
                model[item] = at;
            }
            Assert.Equal(model.Count, heap.Count);
            Assert.Equal(model.Count == 0 ? TimeSpan.MaxValue : model.Values.Min(), heap.Next);
            Assert.Equal(heap.Next, heap.First?.DueAt ?? TimeSpan.MaxValue);
        }
    }

    [Fact]
    public void Nothing_is_taken_before_its_time()
    {
        var heap = new DeadlineHeap<Item>();
        var item = new Item();
        heap.Set(item, TimeSpan.FromSeconds(2));
        Assert.False(heap.TryTake(TimeSpan.FromSeconds(1), out _));
        Assert.True(heap.TryTake(TimeSpan.FromSeconds(2), out Item? due));
        Assert.Same(item, due);
        Assert.Equal(TimeSpan.MaxValue, item.DueAt);
        heap.Set(item, TimeSpan.FromSeconds(2));
        Assert.Equal(1, heap.Count);
    }

    [Fact]
    public void Equal_deadlines_come_out_in_the_order_in_which_they_were_set()
    {
        var heap = new DeadlineHeap<Item>();
        Item a = new(), b = new(), c = new(), d = new();
        foreach ((Item item, int at) in new[] { (a, 5), (b, 1), (c, 5), (d, 3) }) heap.Set(item, TimeSpan.FromSeconds(at));
        List<Item> order = [];
        while (heap.TryTake(TimeSpan.MaxValue, out Item? item)) order.Add(item);
        Assert.Equal([b, d, a, c], order);
    }

    [Fact]
    public void An_item_that_sets_itself_again_for_now_waits_for_the_next_turn()
    {
        var heap = new DeadlineHeap<Item>();
        var item = new Item();
        heap.Set(item, TimeSpan.Zero);
        long turn = heap.Order;
        Assert.True(heap.TryTake(TimeSpan.Zero, out _, turn));
        heap.Set(item, TimeSpan.Zero);
        Assert.False(heap.TryTake(TimeSpan.Zero, out _, turn));
        Assert.True(heap.TryTake(TimeSpan.Zero, out _, heap.Order));
    }

    [Fact]
    public void Once_grown_it_allocates_nothing()
    {
        var heap = new DeadlineHeap<Item>();
        var items = new Item[1000];
        for (int i = 0; i < items.Length; i++) heap.Set(items[i] = new Item(), TimeSpan.FromTicks(i));
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < items.Length; i++) heap.Set(items[i], TimeSpan.FromTicks(5000 - i));
        while (heap.TryTake(TimeSpan.FromTicks(10_000), out Item? item)) heap.Set(item, TimeSpan.MaxValue);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
