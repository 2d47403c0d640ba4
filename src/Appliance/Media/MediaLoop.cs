using Microsoft.Extensions.Logging;
using Tandem.Dtls;
using Tandem.Net.Datagrams;
using Tandem.Net.Interop;

namespace Tandem.Media;

/// <summary>One media thread: the only owner of its sockets, buffers and legs. Others leave commands.</summary>
/// <remarks>
/// Waking up is what costs, so a loop that is busy takes everything that is there, works, sends in one batch and then naps for
/// <see cref="NapLength"/>, whatever arrives meanwhile. One that is not sleeps in the kernel until a datagram, a command or its next
/// deadline, and without any of those without a timer.
/// </remarks>
internal sealed partial class MediaLoop : IDisposable
{
    private static readonly TimeSpan s_room = TimeSpan.FromMilliseconds(1);

    private readonly CommandQueue _commands = new();
    private readonly Func<IDatagramIo> _openIo;
    private readonly LoopLinks _links;
    private readonly NapLength _nap;
    private readonly ILogger _log;
    private readonly DtlsEndpoint _dtls;
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _started = new();
    private IDatagramIo? _io;
    private LoopLegs? _legs;
    private Exception? _failure;
    private MediaLoop[] _all = [];
    private TimeSpan _turnAt;
    private TimeSpan _workedAt;
    private TimeSpan _restedAt;
    private TimeSpan _rest;    // what lay between two turns of one stream: the nap, where there was one
    private TimeSpan _beganAt;
    private int _parked;
    private int _legCount;
    private bool _stopping;
    private long _turns;
    private long _allocated;

    /// <param name="index">From 0.</param>
    /// <param name="ports">This loop's own slice.</param>
    /// <param name="links">Between all loops.</param>
    /// <param name="batch">How long to wait for more, at least.</param>
    /// <param name="openIo">Run on the loop's thread: io_uring binds a ring to the thread that makes it.</param>
    /// <param name="log">Start and faults.</param>
    /// <param name="dtls">For legs with DTLS.</param>
    /// <param name="shared">For WebRTC legs; the loop owns it once started. Null: each leg has its own port.</param>
    public MediaLoop(int index, PortPool ports, LoopLinks links, TimeSpan batch, Func<IDatagramIo> openIo, ILogger log, DtlsEndpoint dtls, SharedPort? shared = null)
    {
        Shared = shared;
        Index = index;
        Ports = ports;
        _links = links;
        _nap = new NapLength(batch);
        _openIo = openIo;
        _log = log;
        _dtls = dtls;
        _thread = new Thread(Run) { IsBackground = true, Name = $"media-{index}" };
    }

    public int Index { get; }

    public PortPool Ports { get; }

    public LoopLoad Load { get; } = new();

    public SharedPort? Shared { get; }

    /// <summary>Legs open or about to be.</summary>
    public int LegCount => Volatile.Read(ref _legCount);

    public string Backend => _io?.Name ?? "none";

    /// <summary>How far before others the kernel runs it.</summary>
    public string Scheduling { get; private set; } = "";

    public MediaLoopStatus Status => _legs is not { } legs
        ? new MediaLoopStatus(Index, 0, Ports.Free, 0, 0, 0, 0, 0, 0)
        : new MediaLoopStatus(
            Index, LegCount, Ports.Free, legs.PacketsReceived, legs.PacketsSent, legs.SendFailures, Volatile.Read(ref _turns), legs.Faults,
            Volatile.Read(ref _allocated))
        { Strays = legs.Strays };

    /// <summary>Starts the thread and returns when it is ready.</summary>
    /// <param name="all">Every loop by its index.</param>
    /// <exception cref="IOException">The kernel refuses what it needs.</exception>
    public void Start(MediaLoop[] all)
    {
        _all = all;
        _thread.Start();
        _started.Wait();
        if (_failure is not null) throw new IOException($"Media loop {Index} cannot start: {_failure.Message}", _failure);
    }

    /// <summary>Leaves a command. Any thread; wakes the loop only if it sleeps, and at the end of the turn where the thread works in turns.</summary>
    /// <remarks>A leg that opens can do nothing before it is told what was agreed: nobody is woken for that alone.</remarks>
    public void Post(LegCommand command)
    {
        bool opens = command is OpenLeg;
        if (opens) Interlocked.Increment(ref _legCount);
        _commands.Push(command);
        if (!opens && !LoopWakes.TryOwe(this)) WakeIfParked();
    }

    /// <summary>Any thread.</summary>
    public void WakeIfParked()
    {
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _parked) == 1 && Interlocked.Exchange(ref _parked, 0) == 1) _io?.Wake();
    }

    /// <summary>Closes the legs and ends the thread.</summary>
    public void Dispose()
    {
        Volatile.Write(ref _stopping, true);
        Interlocked.MemoryBarrier();
        WakeIfParked();
        if (_thread.IsAlive) _thread.Join();
        _started.Dispose();
    }

    private void Run()
    {
        try
        {
            CurrentThread.SetTimerSlack(TimeSpan.FromMicroseconds(10));
            Scheduling = CurrentThread.Prefer(RealTimeRank.Media);    // a packet that is late is lost; whatever else runs here is merely late
            _io = _openIo();
            _legs = new LoopLegs(Index, _io, Ports, _links, _log, _dtls);
            if (Shared is not null) _legs.Share(Shared);
        }
#pragma warning disable CA1031 // carried over to Start, which throws it
        catch (Exception e)
#pragma warning restore CA1031
        {
            _failure = e;
        }
        bool ready = _failure is null;
        _started.Set();
        if (!ready) return;
        while (!Volatile.Read(ref _stopping)) Guard(static loop => loop.Rest(loop.Turn()));
        Guard(static loop => loop.Turn());    // what was commanded before the end
        Guard(static loop => loop._legs!.CloseAll(MediaClock.Now));
        _io!.Dispose();
    }

    /// <summary>A fault that no leg could be charged with must not take the thousands of others with it.</summary>
    private void Guard(Action<MediaLoop> work)
    {
        try
        {
            work(this);
        }
#pragma warning disable CA1031 // the edge of the worker
        catch (Exception e)
#pragma warning restore CA1031
        {
            _legs!.CountFault();
            TurnFailed(_log, Index, e);
            MediaClock.SleepUntil(MediaClock.Now + TimeSpan.FromMilliseconds(10));    // one that repeats must not eat the processor
        }
    }

    /// <summary>Everything that is there, once.</summary>
    private bool Turn()
    {
        Volatile.Write(ref _turns, _turns + 1);
        LoopLegs legs = _legs!;
        IDatagramIo io = _io!;
        // In this order a datagram meets every command that was given before it was sent.
        ReadOnlySpan<ReceivedDatagram> received = io.Receive();
        TimeSpan now = MediaClock.Now;
        bool worked = ExecuteCommands(now) || received.Length > 0;
        legs.OnDatagrams(received, now);
        legs.FreeSlots();
        worked |= legs.TakeFrames(now);
        worked |= legs.RunDeadlines(now);
        foreach (int socket in io.Flush()) legs.OnSendFailure(socket);
        for (int other = 0; other < _all.Length; other++)
        {
            if (legs.TakeFilled(other)) _all[other].WakeIfParked();
        }
        Volatile.Write(ref _allocated, GC.GetAllocatedBytesForCurrentThread());
        _turnAt = now;
        return worked;
    }

    private bool ExecuteCommands(TimeSpan now)
    {
        LegCommand? command = _commands.IsEmpty ? null : _commands.TakeAll();
        if (command is null) return false;
        for (; command is not null; command = command.Next) _legs!.Execute(command, now);
        Volatile.Write(ref _legCount, _legs!.Count);
        return true;
    }

    private void Rest(bool worked)
    {
        bool busy = worked && _turnAt - _workedAt < 2 * _rest;    // a lone packet is not worth a second wake-up
        if (worked) _workedAt = _turnAt;
        TimeSpan now = MediaClock.Now;
        long packets = Math.Max(_legs!.PacketsReceived, _legs.PacketsSent);
        Load.OnRest(now - _beganAt, packets, now);
        _nap.OnTurn(packets, _turnAt);
        _beganAt = now;
        _rest = busy ? _nap.Current : _nap.Least;
        if (_io!.HasMore || !_commands.IsEmpty) LeaveRoom();
        else if (!busy) Park();
        else if (now < _turnAt + _nap.Current) Sleep(_turnAt + _nap.Current);
        else LeaveRoom();
    }

    /// <summary>Under a flood a fifth of the processor stays with signalling, which could not run beside a real-time thread that never rests.</summary>
    private void LeaveRoom()
    {
        TimeSpan now = MediaClock.Now;
        if (now - _restedAt >= 4 * s_room) Sleep(now + s_room);
    }

    private void Sleep(TimeSpan until)
    {
        _io!.Nap(until);
        _beganAt = _restedAt = MediaClock.Now;
    }

    private void Park()
    {
        TimeSpan? timeout = null;
        if (_legs!.Deadline is var deadline && deadline != TimeSpan.MaxValue)
        {
            timeout = deadline - MediaClock.Now;
            if (timeout <= TimeSpan.Zero) return;
        }
        // Parked is seen by others before this looks at what they left: either they wake it or it sees what they left.
        Interlocked.Exchange(ref _parked, 1);
        if (_commands.IsEmpty && !_links.HasFramesFor(Index) && !Volatile.Read(ref _stopping)) _io!.Wait(timeout);
        Volatile.Write(ref _parked, 0);
        _beganAt = _restedAt = MediaClock.Now;
    }

    [LoggerMessage(LogLevel.Error, "Media loop {Index} failed in a turn")]
    private static partial void TurnFailed(ILogger log, int index, Exception e);
}
