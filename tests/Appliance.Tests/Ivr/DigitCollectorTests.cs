using Tandem.Ivr;
using Xunit;

namespace Appliance.Tests.Ivr;

public class DigitCollectorTests
{
    private static readonly DigitRules Pin = new(4, 6, "#", TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(2));

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);

    [Fact]
    public void The_maximum_ends_the_entry()
    {
        var collector = Enter(Pin, "123456");
        Assert.Equal((DigitOutcome.Complete, "123456"), (collector.Outcome, collector.Digits));
    }

    [Fact]
    public void A_terminator_ends_the_entry_and_is_not_part_of_it()
    {
        var collector = Enter(Pin, "1234#9");
        Assert.Equal((DigitOutcome.Complete, "1234"), (collector.Outcome, collector.Digits));
    }

    [Fact]
    public void A_pause_after_enough_digits_completes_and_after_too_few_does_not()
    {
        var enough = Enter(Pin, "1234");
        enough.OnTimer(enough.Deadline);
        var few = Enter(Pin, "12");
        few.OnTimer(few.Deadline);
        Assert.Equal((DigitOutcome.Complete, DigitOutcome.TooFew), (enough.Outcome, few.Outcome));
    }

    [Fact]
    public void The_first_digit_wait_counts_from_the_end_of_the_prompt()
    {
        var collector = new DigitCollector(Pin);
        Assert.Equal(TimeSpan.MaxValue, collector.Deadline);
        collector.OnPromptEnded(At(3));
        Assert.Equal(At(8), collector.Deadline);
        collector.OnTimer(At(7.999));
        Assert.Equal(DigitOutcome.Pending, collector.Outcome);
        collector.OnTimer(At(8));
        Assert.Equal(DigitOutcome.NoInput, collector.Outcome);
    }

    [Fact]
    public void Barge_in_stops_the_prompt_at_the_first_digit()
    {
        var collector = new DigitCollector(Pin);
        Assert.False(collector.StopsPrompt);
        collector.OnDigit('1', At(1));
        Assert.True(collector.StopsPrompt);
        Assert.Equal(At(3), collector.Deadline);
    }

    [Fact]
    public void Without_barge_in_digits_during_the_prompt_are_ignored()
    {
        var collector = new DigitCollector(Pin with { BargeIn = false });
        collector.OnDigit('1', At(1));
        Assert.Equal("", collector.Digits);
        Assert.False(collector.StopsPrompt);
        collector.OnPromptEnded(At(2));
        collector.OnDigit('2', At(3));
        Assert.Equal("2", collector.Digits);
    }

    [Fact]
    public void A_prompt_that_ends_after_a_digit_does_not_restart_the_first_digit_wait()
    {
        var collector = new DigitCollector(Pin);
        collector.OnDigit('1', At(1));
        collector.OnPromptEnded(At(1.02));
        Assert.Equal(At(3), collector.Deadline);
    }

    [Fact]
    public void A_terminator_alone_is_no_input()
    {
        Assert.Equal(DigitOutcome.NoInput, Enter(Pin, "#").Outcome);
    }

    private static DigitCollector Enter(DigitRules rules, string keys)
    {
        var collector = new DigitCollector(rules);
        collector.OnPromptEnded(TimeSpan.Zero);
        foreach (char key in keys) collector.OnDigit(key, At(1));
        return collector;
    }
}
