using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Tandem.Storage;

/// <summary>Writes what calls do into the database without ever making a call wait: queue, journal on disk, batching writer.</summary>
/// <remarks>
/// Any thread may call; order per call is the caller's. What is in the journal survives a kill and an absent database. The end of a lone call or leg
/// reaches the journal at once, where many end together and what comes before it 20 ms later at most; a loss of power takes at most the last
/// <see cref="CallLogOptions.SyncInterval"/>.
/// </remarks>
public sealed class CallLog : IAsyncDisposable
{
    private static readonly TimeSpan s_diskRetry = TimeSpan.FromSeconds(1);

    private readonly JournalQueue _queue = new();    // of CallLogEntry, and of TaskCompletionSource for a flush
    private readonly ConcurrentDictionary<Guid, OpenCall> _open = new();
    private readonly CallLogOptions _options;
    private readonly JournalWriter _journal;
    private readonly JournalProgress _progress;
    private readonly CallLogWriter _writer;
    private readonly CancellationTokenSource _stop = new();
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly Thread _journalThread;
    private readonly Task _writing;
    private long _dropped;

    private CallLog(Database database, CallLogOptions options, TimeProvider clock, ILogger logger)
    {
        _options = options;
        _clock = clock;
        _logger = logger;
        var folder = new JournalFolder(options.JournalFolder);
        long first = folder.Segments() is [.., long newest] ? newest + 1 : 1;
        _journal = new JournalWriter(folder, first, options.SegmentBytes);
        _progress = new JournalProgress(new JournalPosition(first, 0));
        _writer = new CallLogWriter(database, folder, options.Node, first, options.GatherInterval, clock, logger);
        _journalThread = new Thread(RunJournal) { Name = "call-log journal", IsBackground = true };
        _journalThread.Start();
        _writing = Task.Run(() => _writer.RunAsync(_progress, _stop.Token));
    }

    /// <summary>Completes when the journal of an earlier run is in the database and the calls that it left open are closed.</summary>
    public Task Recovered => _writer.Recovered;

    /// <summary>The live load of agents, ahead of the database; what routing asks.</summary>
    public AgentBoard Agents { get; } = new();

    /// <summary>Events lost because the disk took none for very long; 0 in a healthy appliance.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Calls between <see cref="CallStarted"/> and <see cref="CallEnded"/>.</summary>
    public int OpenCalls => _open.Count;

    /// <summary>Starts the writer: replays what an earlier run left in the journal, then closes the calls that it left open.</summary>
    public static CallLog Start(Database database, CallLogOptions options, ILoggerFactory log, TimeProvider? clock = null) =>
        new(database, options, clock ?? TimeProvider.System, log.CreateLogger<CallLog>());

    /// <summary>A call began: its row in <c>call_logs</c> (status active) and in <c>active_calls</c>.</summary>
    public void CallStarted(Guid callId, string from, string to, DateTimeOffset at)
    {
        var call = new OpenCall(Clean(from, 255), Clean(to, 255), at);
        _open[callId] = call;
        Enqueue(new CallLogEntry(CallLogEvent.Started, callId, call.From, call.To, at, at), mayDrop: true);
    }

    /// <summary>What the call does now (<c>ivr</c>, <c>ringing</c>, <c>connected</c>, <c>held</c>) and which agent has it.</summary>
    /// <param name="status">At most 20 characters.</param>
    /// <param name="agentExtension">This agent counts one call more until the call ends or another agent (or null) is named.</param>
    public void CallActive(Guid callId, string status, string? agentExtension = null)
    {
        OpenCall call = _open.GetValueOrDefault(callId) ?? OpenCall.Unknown(_clock.GetUtcNow());
        MoveAgent(call, agentExtension);
        Enqueue(new CallLogEntry(CallLogEvent.Active, callId, call.From, call.To, call.StartedAt, _clock.GetUtcNow(),
            Status: Clean(status, 20), Agent: agentExtension), mayDrop: true);
    }

    /// <summary>A recording of the call was begun: <c>call_logs.recording_url</c>, if it is the first.</summary>
    /// <param name="path">Relative to the recordings folder.</param>
    public void CallRecorded(Guid callId, string path)
    {
        DateTimeOffset now = _clock.GetUtcNow();
        OpenCall call = _open.GetValueOrDefault(callId) ?? OpenCall.Unknown(now);
        Enqueue(new CallLogEntry(CallLogEvent.Recorded, callId, call.From, call.To, call.StartedAt, now, Recording: path), mayDrop: false);
    }

    /// <summary>A leg is over: its row in <c>call_legs</c>. Before or after the call's end.</summary>
    public void LegEnded(CallLegRecord leg)
    {
        OpenCall call = _open.GetValueOrDefault(leg.CallId) ?? OpenCall.Unknown(leg.StartedAt);
        CallLegRecord clean = leg with
        {
            Peer = Clean(leg.Peer, 1000),
            SipCallId = Clean(leg.SipCallId, 1000),
            Transport = Clean(leg.Transport, 8),
            Codec = leg.Codec is { } codec ? Clean(codec, 32) : null,
            Cause = Clean(leg.Cause, 255),
        };
        Enqueue(new CallLogEntry(CallLogEvent.Leg, leg.CallId, call.From, call.To, call.StartedAt, leg.EndedAt, Leg: clean), mayDrop: false);
    }

    /// <summary>The call is over: end, duration, status and reason; <c>active_calls</c> is cleared of it.</summary>
    /// <param name="reason">In words, for a person: "caller hung up", "media timeout".</param>
    /// <param name="agentExtension">The agent who handled it: total_calls grows by one.</param>
    public void CallEnded(Guid callId, CallStatus status, DateTimeOffset at, string reason, string? agentExtension = null)
    {
        if (!_open.TryRemove(callId, out OpenCall? call)) call = OpenCall.Unknown(at);
        MoveAgent(call, null);
        Enqueue(new CallLogEntry(CallLogEvent.Ended, callId, call.From, call.To, call.StartedAt, at, Status: status.ToText(),
            Reason: Clean(reason, 255), Agent: agentExtension), mayDrop: false);
    }

    /// <summary>Completes when everything logged before this call is in the database; while that is away, it waits.</summary>
    public async ValueTask FlushAsync(CancellationToken cancellation = default)
    {
        var flush = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        ObjectDisposedException.ThrowIf(_queue.IsComplete, this);
        _queue.Add(flush, urgent: true, waitedFor: true);
        await flush.Task.WaitAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Brings everything to disk, and to the database if that takes no longer than 5 s; the rest is replayed at the next start.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_queue.IsComplete) return;
        _queue.Complete();
        await Task.Run(_journalThread.Join).ConfigureAwait(false);
        _stop.CancelAfter(TimeSpan.FromSeconds(5));
        await _writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _journal.Dispose();
        _queue.Dispose();
        _stop.Dispose();
    }

    private void MoveAgent(OpenCall call, string? agent)
    {
        if (call.Agent == agent) return;
        if (call.Agent is { } before) Agents.Remove(before);
        if (agent is not null) Agents.Add(agent);
        call.Agent = agent;
    }

    private void Enqueue(CallLogEntry entry, bool mayDrop)
    {
        if (_queue.IsComplete || _queue.Count >= (mayDrop ? _options.QueueEntries : 4L * _options.QueueEntries))
        {
            long dropped = Interlocked.Increment(ref _dropped);
            if (long.IsPow2(dropped)) StorageLog.QueueFull(_logger, dropped);
            return;
        }
        _queue.Add(entry, urgent: entry.Event is CallLogEvent.Ended or CallLogEvent.Leg);
    }

    private void RunJournal()
    {
        List<object> taken = [];
        List<CallLogEntry> batch = [];
        long? unsyncedSince = null;
        while (!_queue.IsComplete || _queue.Count > 0)
        {
            TimeSpan idle = _open.IsEmpty ? Timeout.InfiniteTimeSpan : _options.AliveInterval;
            _queue.Take(unsyncedSince is { } since ? Remaining(since) : idle, 1000, taken);
            batch.AddRange(taken.OfType<CallLogEntry>());
            if (taken.Count == 0 && unsyncedSince is null && !_queue.IsComplete)
                batch.Add(new CallLogEntry(CallLogEvent.Alive, Guid.Empty, "", "", default, _clock.GetUtcNow()));

            if (batch.Count > 0)
            {
                Append(batch);
                unsyncedSince ??= _clock.GetTimestamp();
            }
            if (unsyncedSince is { } first && (Remaining(first) == TimeSpan.Zero || _queue.IsComplete))
            {
                Sync();
                unsyncedSince = null;
            }
            foreach (TaskCompletionSource flush in taken.OfType<TaskCompletionSource>()) _progress.Flush(flush);
            taken.Clear();
            batch.Clear();
        }
        _progress.Complete();
    }

    private TimeSpan Remaining(long since)
    {
        TimeSpan left = _options.SyncInterval - _clock.GetElapsedTime(since);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private void Sync()
    {
        try
        {
            _journal.Sync();
        }
        catch (IOException error)
        {
            StorageLog.JournalNotSynced(_logger, error.Message);
        }
    }

    private void Append(List<CallLogEntry> batch)
    {
        while (true)
        {
            try
            {
                JournalPosition start = _progress.End, end = _journal.Append(batch);
                _progress.Written(start, end, batch);
                return;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                StorageLog.JournalRefused(_logger, error.Message);
                if (_queue.IsComplete) return;    // shutting down: nobody will free the disk in time
            }
            Thread.Sleep(s_diskRetry);
        }
    }

    /// <summary>A stranger's text for a column: no control characters (PostgreSQL takes no NUL), not longer than the column.</summary>
    private static string Clean(string text, int longest)
    {
        ReadOnlySpan<char> cut = text.Length > longest ? text.AsSpan(0, longest) : text;
        if (cut.Length > 0 && char.IsHighSurrogate(cut[^1])) cut = cut[..^1];
        if (!cut.ContainsAnyInRange('\0', '\x1F')) return cut.Length == text.Length ? text : cut.ToString();
        return string.Create(cut.Length, cut, static (clean, dirty) =>
        {
            for (int i = 0; i < dirty.Length; i++) clean[i] = dirty[i] < ' ' ? ' ' : dirty[i];
        });
    }

    private sealed class OpenCall(string from, string to, DateTimeOffset startedAt)
    {
        public string From { get; } = from;
        public string To { get; } = to;
        public DateTimeOffset StartedAt { get; } = startedAt;

        /// <summary>Changed only by the thread that reports on this call.</summary>
        public string? Agent { get; set; }

        public static OpenCall Unknown(DateTimeOffset at) => new("", "", at);
    }
}
