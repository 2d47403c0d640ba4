using Tandem.Media;
using Xunit;

namespace Appliance.Tests.Media;

public class LegDeadlinesTests
{
    [Fact]
    public void The_earliest_is_first_and_all_that_is_due_is_found_whatever_was_set_moved_and_removed()
    {
        var random = new Random(7);
        var deadlines = new LegDeadlines();
        TimeSpan[] expected = [.. Enumerable.Repeat(TimeSpan.MaxValue, 300)];
        int[] due = new int[300];
        for (int step = 0; step < 5000; step++)
        {
            int slot = random.Next(expected.Length);
            TimeSpan at = random.Next(4) == 0 ? TimeSpan.MaxValue : TimeSpan.FromMilliseconds(random.Next(1000));
            deadlines.Set(slot, expected[slot] = at);
            Assert.Equal(expected.Min(), deadlines.Next);
            Assert.Equal(at, deadlines.Of(slot));
            TimeSpan now = TimeSpan.FromMilliseconds(random.Next(1000));
            int[] found = due[..deadlines.Due(now, due)];
            Assert.Equal(expected.Index().Where(one => one.Item <= now).Select(one => one.Index), found.Order());
        }
    }

    [Fact]
    public void A_few_that_are_due_have_the_earliest_among_them()
    {
        var deadlines = new LegDeadlines();
        for (int slot = 0; slot < 100; slot++) deadlines.Set(slot, TimeSpan.FromMilliseconds(100 - slot));
        Span<int> due = stackalloc int[16];
        Assert.Equal(16, deadlines.Due(TimeSpan.FromMilliseconds(50), due));
        Assert.Equal(99, due[0]);
        Assert.Equal(0, deadlines.Due(TimeSpan.Zero, due));
    }
}
