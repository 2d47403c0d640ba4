namespace Tandem.Ivr;

/// <summary>Collects one entry of digits: minimum, maximum, terminators, first-digit and inter-digit time-outs, barge-in.</summary>
/// <remarks>A machine: time is an argument, nothing is played or armed here. One owner feeds it.</remarks>
internal sealed class DigitCollector(DigitRules rules)
{
    private readonly char[] _digits = new char[rules.Maximum];
    private int _count;
    private bool _prompting = true;

    public DigitOutcome Outcome { get; private set; }

    /// <summary>When <see cref="OnTimer"/> is due; <see cref="TimeSpan.MaxValue"/> means never.</summary>
    public TimeSpan Deadline { get; private set; } = TimeSpan.MaxValue;

    /// <summary>The digits so far, without the terminator.</summary>
    public string Digits => new(_digits, 0, _count);

    /// <summary>True once the prompt has nothing left to say to this caller.</summary>
    public bool StopsPrompt => Outcome != DigitOutcome.Pending || (_count > 0 && rules.BargeIn);

    /// <summary>The prompt was played to its end, or there is none: the first-digit wait starts.</summary>
    public void OnPromptEnded(TimeSpan now)
    {
        _prompting = false;
        if (Outcome == DigitOutcome.Pending && _count == 0) Deadline = now + rules.FirstDigit;
    }

    public void OnDigit(char digit, TimeSpan now)
    {
        if (Outcome != DigitOutcome.Pending || (_prompting && !rules.BargeIn)) return;
        if (rules.Terminators.Contains(digit, StringComparison.Ordinal))
        {
            End();
            return;
        }
        _digits[_count++] = digit;
        Deadline = now + rules.InterDigit;
        if (_count == rules.Maximum) End();
    }

    public void OnTimer(TimeSpan now)
    {
        if (Outcome == DigitOutcome.Pending && now >= Deadline) End();
    }

    private void End()
    {
        Deadline = TimeSpan.MaxValue;
        Outcome = _count == 0 ? DigitOutcome.NoInput : _count < rules.Minimum ? DigitOutcome.TooFew : DigitOutcome.Complete;
    }
}
