using Tandem.Storage;
using Xunit;

namespace Tandem.Tests.Storage;

public sealed class JournalTailTests
{
    private readonly JournalTail _tail = new();

    [Fact]
    public void What_follows_a_position_is_handed_out_once_and_in_order()
    {
        Add(1, 0, 10, "a", "b");
        Add(1, 10, 15, "c");

        Assert.Equal(["a", "b", "c"], Take(new JournalPosition(1, 0), 500, out JournalPosition next));
        Assert.Equal(new JournalPosition(1, 15), next);
        Assert.Empty(Take(next, 500, out _));
    }

    [Fact]
    public void What_was_read_from_the_file_meanwhile_is_passed_over()
    {
        Add(1, 0, 10, "a", "b");
        Add(1, 10, 20, "c");

        Assert.Empty(Take(new JournalPosition(1, 5), 1, out JournalPosition next));
        Assert.Equal(new JournalPosition(1, 5), next);
        Assert.Equal(["c"], Take(new JournalPosition(1, 10), 1, out _));
    }

    [Fact]
    public void A_segment_is_finished_before_the_next_is_begun()
    {
        Add(1, 0, 10, "a");
        Add(2, 0, 10, "b");

        Assert.Equal(["a"], Take(new JournalPosition(1, 0), 500, out JournalPosition next));
        Assert.Equal(new JournalPosition(1, 10), next);
        Assert.Equal(["b"], Take(new JournalPosition(2, 0), 500, out _));
    }

    [Fact]
    public void A_batch_is_never_cut_and_a_limit_ends_between_two()
    {
        Add(1, 0, 10, "a", "b");
        Add(1, 10, 20, "c");

        Assert.Equal(["a", "b"], Take(new JournalPosition(1, 0), 1, out JournalPosition next));
        Assert.Equal(["c"], Take(next, 1, out _));
    }

    [Fact]
    public void Nobody_takes_anything_for_long_and_memory_stays_bounded()
    {
        for (int batch = 0; batch < 9; batch++) Add(1, batch, batch + 1, [.. Enumerable.Repeat("x", 1000)]);

        Assert.Empty(Take(new JournalPosition(1, 0), 500, out _));    // the file has it
        Assert.Equal(1000, Take(new JournalPosition(1, 8), 500, out _).Count);
    }

    private void Add(long segment, long start, long end, params string[] names) => _tail.Add(new JournalPosition(segment, start), new JournalPosition(segment, end),
        [.. names.Select(name => new CallLogEntry(CallLogEvent.Started, Guid.Empty, name, "", default, default))]);

    private List<string> Take(JournalPosition position, int most, out JournalPosition next) => [.. _tail.Take(position, most, out next).Select(entry => entry.From)];
}
