namespace Tandem.Storage;

/// <summary>Where the journal has been written to and read to; lets the reader wait for the writer, and a flush for the reader.</summary>
internal sealed class JournalProgress
{
    private readonly Lock _lock = new();
    private readonly PriorityQueue<TaskCompletionSource, JournalPosition> _flushes = new();
    private readonly JournalTail _tail = new();
    private TaskCompletionSource? _hurry;
    private TaskCompletionSource _moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private JournalPosition _written, _applied;
    private bool _completed;

    public JournalProgress(JournalPosition start) => _written = _applied = start;

    /// <summary>The end of what is written.</summary>
    public JournalPosition End
    {
        get
        {
            lock (_lock) return _written;
        }
    }

    /// <summary>These entries were written from <paramref name="start"/> to <paramref name="end"/>, or from the begin of a further segment.</summary>
    public void Written(JournalPosition start, JournalPosition end, IReadOnlyList<CallLogEntry> entries)
    {
        lock (_lock)
        {
            _tail.Add(start.Segment == end.Segment ? start : new JournalPosition(end.Segment, 0), end, entries);
            _written = end;
        }
        Wake();
    }

    /// <summary>What was written from a position on, if it is still in memory.</summary>
    /// <param name="most">Entries to take, give or take what was written together.</param>
    /// <param name="next">Where what follows them starts.</param>
    /// <returns>Empty: it has to be read from the file.</returns>
    public List<CallLogEntry> TakeTail(JournalPosition position, int most, out JournalPosition next)
    {
        lock (_lock) return _tail.Take(position, most, out next);
    }

    /// <summary>Nothing more will be written.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            _completed = true;
            _hurry?.TrySetResult();
        }
        Wake();
    }

    /// <summary>Everything before this position is in the tables.</summary>
    public void Applied(JournalPosition position)
    {
        lock (_lock)
        {
            _applied = position;
            while (_flushes.TryPeek(out TaskCompletionSource? flush, out JournalPosition target) && target <= position)
            {
                _flushes.Dequeue();
                flush.TrySetResult();
            }
        }
    }

    /// <summary>Completes <paramref name="flush"/> when all that is written now is in the tables.</summary>
    public void Flush(TaskCompletionSource flush)
    {
        lock (_lock)
        {
            if (_written <= _applied) flush.TrySetResult();
            else
            {
                _flushes.Enqueue(flush, _written);
                _hurry?.TrySetResult();
            }
        }
    }

    /// <summary>The end of what is written, once it is beyond <paramref name="position"/>; null when there will be nothing more.</summary>
    public async Task<JournalPosition?> WaitBeyondAsync(JournalPosition position, CancellationToken cancellation)
    {
        while (true)
        {
            Task moved;
            lock (_lock)
            {
                if (_written > position) return _written;
                if (_completed) return null;
                moved = _moved.Task;
            }
            await moved.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Lets more come, unless somebody waits for what is there.</summary>
    public async Task GatherAsync(TimeSpan longest, TimeProvider clock, CancellationToken cancellation)
    {
        Task hurry;
        lock (_lock)
        {
            if (_completed || _flushes.Count > 0) return;
            _hurry = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            hurry = _hurry.Task;
        }
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAny(hurry, Task.Delay(longest, clock, enough.Token)).ConfigureAwait(false);
        await enough.CancelAsync().ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
    }

    private void Wake()
    {
        TaskCompletionSource moved;
        lock (_lock)
        {
            moved = _moved;
            _moved = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        moved.TrySetResult();
    }
}
