using System.Collections.Concurrent;
using System.Diagnostics;
using System.IO.Pipelines;
using Microsoft.Extensions.Logging;
using Sip.Core.Transactions;
using Tandem.Media;
using Tandem.Net.Interop;

namespace Tandem.Signalling;

/// <summary>The one thread on which a share of the calls lives: sockets in, machines and call code, sockets out.</summary>
/// <remarks>
/// <para>A turn: take every datagram that waits, run what was posted and what is due, send what that wrote in one batch, then sleep: until
/// something comes, or, where they come one after the other, for the rest of the time that a turn may take (<see cref="TurnPace"/>).
/// Async code that starts here continues here, through the thread's <see cref="SynchronizationContext"/>; nothing in it needs a lock.</para>
/// <para>Work that throws is logged and counted; it never ends the thread.</para>
/// </remarks>
public sealed partial class SignallingShard : IDisposable
{
    private const int MaxEvents = 64;
    private const ulong WakeEvent = ulong.MaxValue;
    private const int PostedRounds = 16;

    /// <summary>In a stream media loops hear of their commands so late at most: waking one costs more than what it is woken for.</summary>
    private static readonly TimeSpan s_mediaPatience = TimeSpan.FromMilliseconds(10);

    private static readonly TimeSpan s_turn = TimeSpan.FromMilliseconds(3);

    private readonly ConcurrentQueue<Work> _posted = new();
    private readonly DeadlineHeap<ShardTimer> _timers = new();
    private readonly ILogger _logger;
    private readonly Thread _thread;
    private readonly ShardContext _context;
    private readonly EpollSet _epoll = new(MaxEvents);
    private readonly EventSignal _wake = new();
    private readonly List<ShardSocket?> _sockets = [];
    private readonly List<ShardSocket> _unsent = [];
    private readonly TurnPace _pace;
    private int _parked;
    private volatile bool _stopping;
    private bool _disposed, _behind;
    private long _failures;
    private TimeSpan _wakesDue;

    /// <param name="logger">For work that fails.</param>
    /// <param name="number">Of this shard.</param>
    /// <param name="name">Of its thread.</param>
    /// <param name="turn">How long messages in a stream wait for company at most; 3 ms where nobody waits for each answer.</param>
    public SignallingShard(ILogger logger, int number = 0, string? name = null, TimeSpan? turn = null)
    {
        _pace = new TurnPace(turn ?? s_turn);
        _logger = logger;
        Number = number;
        Now = Clock();
        _context = new ShardContext(this);
        Scheduler = new ShardScheduler(this);
        _thread = new Thread(Loop) { Name = name ?? $"sip-{number}", IsBackground = true };
        if (!_epoll.Add(_wake.Number, EpollFlags.In, WakeEvent)) throw new IOException($"epoll_ctl failed, errno {Libc.LastError}");
    }

    /// <summary>Number of this shard; our own tags and Call-IDs carry it.</summary>
    public int Number { get; }

    /// <summary>Monotonic time, refreshed at every turn and when datagrams have come. Shard thread only.</summary>
    public TimeSpan Now { get; private set; }

    public bool IsCurrent => Thread.CurrentThread == _thread;

    /// <summary>The thread runs: it was started and has not ended.</summary>
    public bool IsRunning => _thread.IsAlive;

    /// <summary>Exceptions that escaped from work on this shard since it started.</summary>
    public long Failures => Interlocked.Read(ref _failures);

    public SynchronizationContext Context => _context;

    /// <summary>For pipes that the shard reads: their readers go on here.</summary>
    public PipeScheduler Scheduler { get; }

    public void Start() => _thread.Start();

    /// <summary>Queues work for the shard. Any thread; never blocks; order is kept per poster.</summary>
    public void Post(Action<object?> callback, object? state) => Enqueue(new Work(callback, state));

    /// <summary>Queues work for the shard. Any thread; never blocks.</summary>
    public void Post(Action callback) => Enqueue(new Work(callback, null));

    /// <summary>Starts async code on the shard: at once when called on it, else posted. Any thread.</summary>
    /// <remarks>An exception that escapes is logged and counted; a cancellation that escapes is an end like any other.</remarks>
    public void Run(Func<Task> flow)
    {
        if (IsCurrent) _ = Guard(flow);
        else Post(static state => { var (shard, f) = ((SignallingShard, Func<Task>))state!; _ = shard.Guard(f); }, (this, flow));
    }

    /// <summary>Runs a function on the shard and hands its result to the caller. Any thread; on the shard it runs at once. On a shard
    /// that has been stopped it never completes.</summary>
    public Task<T> InvokeAsync<T>(Func<T> function)
    {
        if (IsCurrent) return Task.FromResult(function());
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(() =>
        {
            try { done.SetResult(function()); }
#pragma warning disable CA1031 // the caller gets it
            catch (Exception e) { done.SetException(e); }
#pragma warning restore CA1031
        });
        return done.Task;
    }

    /// <summary>A timer that is not set yet. Any thread.</summary>
    public ShardTimer CreateTimer(Action<object?> callback, object? state) => new(this, callback, state);

    /// <summary>Runs <paramref name="callback"/> once after <paramref name="delay"/>. Shard thread only.</summary>
    public ShardTimer Schedule(TimeSpan delay, Action callback) => Schedule(delay, static state => ((Action)state!)(), callback);

    /// <inheritdoc cref="Schedule(TimeSpan, Action)"/>
    public ShardTimer Schedule(TimeSpan delay, Action<object?> callback, object? state)
    {
        ShardTimer timer = CreateTimer(callback, state);
        timer.SetAfter(delay);
        return timer;
    }

    /// <summary>Completes after <paramref name="delay"/>, on the shard. Shard thread only.</summary>
    public Task Delay(TimeSpan delay, CancellationToken cancellation = default)
    {
        if (cancellation.IsCancellationRequested) return Task.FromCanceled(cancellation);
        var wait = new DelayWait(this, cancellation);
        wait.Begin(delay);
        return wait.Task;
    }

    /// <summary>Stops after the turn in progress. Posted work that has not run by then does not run.</summary>
    public void Dispose()
    {
        _stopping = true;
        Wake();
        if (IsCurrent) return;    // the thread sees the flag when this turn ends; its descriptors go with the process
        if (_thread.IsAlive) _thread.Join();
        _disposed = true;
        _epoll.Dispose();
        _wake.Dispose();
    }

    internal void Set(ShardTimer timer, TimeSpan deadline)
    {
        Debug.Assert(IsCurrent || !IsRunning, "timers belong to the shard's thread");
        _timers.Set(timer, deadline);
    }

    /// <summary>Watches a socket from now on. Shard thread, or before <see cref="Start"/>.</summary>
    internal void Attach(ShardSocket socket)
    {
        int slot = _sockets.IndexOf(null);
        if (slot < 0)
        {
            slot = _sockets.Count;
            _sockets.Add(null);
        }

        if (!_epoll.Add(socket.Descriptor, EpollFlags.In, (ulong)slot)) throw new IOException($"epoll_ctl failed, errno {Libc.LastError}");
        _sockets[slot] = socket;
        socket.Slot = slot;
    }

    /// <summary>Forgets a socket; its owner closes it afterwards. Shard thread, or after the thread has ended.</summary>
    internal void Detach(ShardSocket socket)
    {
        if (socket.Slot < 0) return;
        if (!_disposed) _epoll.Remove(socket.Descriptor);
        _sockets[socket.Slot] = null;
        socket.Slot = -1;
    }

    /// <summary>Asks for one <see cref="ShardSocket.Flush"/> at the end of this turn.</summary>
    internal void FlushLater(ShardSocket socket)
    {
        if (socket.IsQueued) return;
        socket.IsQueued = true;
        _unsent.Add(socket);
    }

    private void Enqueue(Work work)
    {
        _posted.Enqueue(work);
        Interlocked.MemoryBarrier();    // the queue must be visible before the flag is read: the loop does the two in the other order
        if (_parked == 1 && Interlocked.Exchange(ref _parked, 0) == 1) Wake();
    }

    private void Wake() => _wake.Set();

    private void Loop()
    {
        SynchronizationContext.SetSynchronizationContext(_context);
        LoopWakes.Owe();
        while (!_stopping)
        {
            Now = Clock();
            RunTimers();
            RunPosted();
            SendUnsent();
            _wakesDue = LoopWakes.Pay(Now, _pace.IsStream ? s_mediaPatience : TimeSpan.Zero);
            WaitAndReceive();
        }

        SendUnsent();
        LoopWakes.Pay(Now, TimeSpan.Zero);
    }

    /// <summary>Sleeps until a datagram, a post or a deadline comes, and takes in every datagram that waits.</summary>
    private void WaitAndReceive()
    {
        TimeSpan rest = _behind ? TimeSpan.Zero : _pace.Rest(Clock());
        _behind = false;
        if (rest > TimeSpan.Zero)
        {
            CurrentThread.SleepUntil(Stopwatch.GetTimestamp() + (long)(rest.TotalSeconds * Stopwatch.Frequency));
            if (Receive(TimeSpan.Zero) || !_posted.IsEmpty) return;
        }
        Volatile.Write(ref _parked, 1);
        Interlocked.MemoryBarrier();
        TimeSpan next = _timers.Next < _wakesDue ? _timers.Next : _wakesDue;
        bool idle = _posted.IsEmpty && !_stopping;
        Receive(!idle ? TimeSpan.Zero : next == TimeSpan.MaxValue ? null : next - Clock());
    }

    /// <returns>Whether something came within <paramref name="limit"/>, null being for ever.</returns>
    private bool Receive(TimeSpan? limit)
    {
        int count = _epoll.Wait(limit);
        Volatile.Write(ref _parked, 0);
        if (count == 0) return false;
        Now = Clock();
        for (int i = 0; i < count; i++)
        {
            ulong data = _epoll.Data(i);
            if (data == WakeEvent)
            {
                _wake.Clear();
            }
            else if (_sockets[(int)data] is { } socket)
            {
                _pace.Took(Now);
                Receive(socket, hasErrors: (_epoll.Events(i) & EpollFlags.Error) != 0);
            }
        }
        return true;
    }

    private void Receive(ShardSocket socket, bool hasErrors)
    {
        try
        {
            if (hasErrors) socket.TakeErrors();
            _behind |= socket.Receive();
        }
#pragma warning disable CA1031 // the worker's edge: one datagram fails, the thread and every call go on
        catch (Exception e)
#pragma warning restore CA1031
        {
            Failed(e);
        }
    }

    private void SendUnsent()
    {
        for (int i = 0; i < _unsent.Count; i++)
        {
            _unsent[i].IsQueued = false;
            _unsent[i].Flush();
        }

        _unsent.Clear();
    }

    private void RunTimers()
    {
        long before = _timers.Order;
        while (_timers.TryTake(Now, out ShardTimer? timer, before)) Run(new Work(timer.Callback, timer.State));
    }

    /// <summary>What was posted, and what that posts in its turn: async code that goes from step to step is done in one turn, within limits.</summary>
    private void RunPosted()
    {
        for (int round = 0; round < PostedRounds && !_posted.IsEmpty; round++)
            for (int left = _posted.Count; left > 0 && _posted.TryDequeue(out Work work); left--) Run(work);
    }

    private void Run(in Work work)
    {
        try
        {
            work.Invoke();
        }
#pragma warning disable CA1031 // the worker's edge: one piece of work fails, the thread and every other call go on
        catch (Exception e)
#pragma warning restore CA1031
        {
            Failed(e);
        }
    }

    private async Task Guard(Func<Task> flow)
    {
        try
        {
            await flow();
        }
        catch (OperationCanceledException)
        {
        }
#pragma warning disable CA1031 // the worker's edge, as above
        catch (Exception e)
#pragma warning restore CA1031
        {
            Failed(e);
        }
    }

    /// <summary>Logs and counts an exception that escaped from work on this shard. Any thread.</summary>
    internal void Failed(Exception e)
    {
        Interlocked.Increment(ref _failures);
        LogFailure(_logger, e);
    }

    private static TimeSpan Clock() => Stopwatch.GetElapsedTime(0);

    [LoggerMessage(Level = LogLevel.Error, Message = "Work on the signalling shard failed")]
    private static partial void LogFailure(ILogger logger, Exception e);

    private readonly record struct Work(Delegate Callback, object? State)
    {
        public void Invoke()
        {
            switch (Callback)
            {
                case Action<object?> action: action(State); break;
                case SendOrPostCallback callback: callback(State); break;
                default: ((Action)Callback)(); break;
            }
        }
    }

    /// <summary>Brings the continuations of async code back to the shard.</summary>
    private sealed class ShardContext(SignallingShard shard) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => shard.Enqueue(new Work(d, state));

        public override void Send(SendOrPostCallback d, object? state)
        {
            if (shard.IsCurrent) d(state);
            else shard.InvokeAsync(() => { d(state); return true; }).GetAwaiter().GetResult();
        }

        public override SynchronizationContext CreateCopy() => this;
    }

    private sealed class ShardScheduler(SignallingShard shard) : PipeScheduler
    {
        public override void Schedule(Action<object?> action, object? state) => shard.Post(action, state);
    }

    /// <summary>A task on a timer; its continuation is posted, so cancelling never runs somebody's code in the canceller's frame.</summary>
    private sealed class DelayWait(SignallingShard shard, CancellationToken cancellation)
        : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        private CancellationTokenRegistration _registration;
        private ShardTimer? _timer;

        public void Begin(TimeSpan delay)
        {
            _timer = shard.Schedule(delay, static self => ((DelayWait)self!).Due(), this);
            if (cancellation.CanBeCanceled)
                _registration = cancellation.UnsafeRegister(static self => ((DelayWait)self!).Canceled(), this);
        }

        private void Due()
        {
            _registration.Dispose();
            TrySetResult();
        }

        private void Canceled()
        {
            if (!TrySetCanceled(cancellation)) return;
            if (shard.IsCurrent) _timer!.Cancel();
            else shard.Post(static timer => ((ShardTimer)timer!).Cancel(), _timer);
        }
    }
}
