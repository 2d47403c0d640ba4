using Tandem.Ivr;
using Tandem.Signalling;

namespace Tandem.Calls;

/// <summary>Runs a <see cref="DigitCollector"/>: feeds it digits and the shard's clock, and stops the prompt when it says so.</summary>
internal sealed class DigitEntry : IDisposable
{
    private readonly SignallingShard _shard;
    private readonly DigitCollector _collector;
    private readonly ShardTimer _timer;
    private readonly CancellationToken _gone;
    private readonly CancellationTokenSource _prompt;
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public DigitEntry(SignallingShard shard, DigitRules rules, CancellationToken gone)
    {
        (_shard, _gone, _collector) = (shard, gone, new DigitCollector(rules));
        _prompt = CancellationTokenSource.CreateLinkedTokenSource(gone);
        _timer = shard.CreateTimer(static entry => ((DigitEntry)entry!).OnTimer(), this);
    }

    public bool IsOpen => _collector.Outcome == DigitOutcome.Pending;

    /// <summary>The entry, once it is complete, abandoned or never begun.</summary>
    public Task<(DigitOutcome Outcome, string Digits)> Done => ResultAsync();

    public void Key(char digit)
    {
        _collector.OnDigit(digit, _shard.Now);
        Advance();
    }

    /// <summary>Plays the prompt unless digits keyed ahead have made it pointless; the first-digit wait starts at its end.</summary>
    public async Task PromptAsync(Func<CancellationToken, Task> play)
    {
        try
        {
            if (!_collector.StopsPrompt) await play(_prompt.Token);
        }
        catch (OperationCanceledException) when (!_gone.IsCancellationRequested)
        {
            // A digit stopped the prompt.
        }
        _collector.OnPromptEnded(_shard.Now);
        Advance();
    }

    public void Dispose()
    {
        _timer.Cancel();
        _prompt.Dispose();
    }

    private void OnTimer()
    {
        _collector.OnTimer(_shard.Now);
        Advance();
    }

    private void Advance()
    {
        if (_collector.StopsPrompt) _prompt.Cancel();
        if (IsOpen && _collector.Deadline != TimeSpan.MaxValue) _timer.SetAt(_collector.Deadline);
        if (!IsOpen) _done.TrySetResult();
    }

    private async Task<(DigitOutcome, string)> ResultAsync()
    {
        await _done.Task.WaitAsync(_gone);
        return (_collector.Outcome, _collector.Digits);
    }
}
