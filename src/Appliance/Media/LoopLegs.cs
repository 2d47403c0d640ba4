using Microsoft.Extensions.Logging;
using Rtp.Core.Rtcp;
using Tandem.Dtls;
using Tandem.Net.Datagrams;

namespace Tandem.Media;

/// <summary>All legs of one loop and what is done with them. Everything on the loop's thread; time is an argument.</summary>
/// <param name="index">Of the loop.</param>
/// <param name="io">The loop's sockets.</param>
/// <param name="ports">Where pairs go back to.</param>
/// <param name="links">The ways to other loops.</param>
/// <param name="log">For faults.</param>
/// <param name="dtls">For legs with DTLS; null: it is not spoken here.</param>
internal sealed partial class LoopLegs(int index, IDatagramIo io, PortPool ports, LoopLinks links, ILogger log, DtlsEndpoint? dtls = null)
{
    private static readonly TimeSpan s_publishInterval = TimeSpan.FromMilliseconds(250);

    private readonly LegDeadlines _deadlines = new();
    private readonly PlayoutPhases _phases = new();
    private readonly Stack<int> _freeSlots = new();
    private readonly Stack<int> _vacatedSlots = new();
    private readonly bool[] _filledRings = new bool[links.Loops];
    private readonly Dictionary<long, LoopLeg> _byId = [];
    private LoopLeg?[] _bySlot = new LoopLeg?[64];
    private int _slots;

    public int Count => _byId.Count;

    public long PacketsReceived { get; private set; }

    public long PacketsSent { get; private set; }

    public long SendFailures { get; private set; }

    public long Faults { get; private set; }

    /// <summary>When <see cref="RunDeadlines"/> has work; MaxValue: never.</summary>
    public TimeSpan Deadline => _deadlines.Next;

    /// <summary>Carries out one command. Those for a leg that is closed do nothing, but for the answer to a close.</summary>
    public void Execute(LegCommand command, TimeSpan now)
    {
        try
        {
            if (command is OpenLeg open) Open(open, now);
            else if (command.Leg.Owned is { } leg) Execute(leg, command, now);
            else if (command is CloseLeg { OnClosed: { } onClosed }) onClosed(command.Leg.Statistics);
            else if (command is AddTap add) add.Tap.Detach(now);
        }
#pragma warning disable CA1031 // the edge of the worker: a fault ends its own leg, not the other thousands
        catch (Exception e)
#pragma warning restore CA1031
        {
            Fault(command.Leg, e, now);
        }
    }

    /// <summary>Every datagram of legs that are closed has been seen: their slots can be used again.</summary>
    public void FreeSlots()
    {
        while (_vacatedSlots.TryPop(out int slot)) _freeSlots.Push(slot);
    }

    /// <summary>Does what is due.</summary>
    /// <returns>True: there was something.</returns>
    public bool RunDeadlines(TimeSpan now)
    {
        bool worked = false;
        Span<int> due = stackalloc int[TouchedAtOnce];
        for (int count; (count = _deadlines.Due(now, due)) > 0;)
        {
            if (count > 1) TouchDue(due[..count]);
            foreach (int slot in due[..count])
            {
                if (_bySlot[slot] is not { } leg) continue;
                if (leg.Machine.Deadline is var deadline && deadline > now) _deadlines.Set(slot, deadline);
                else
                {
                    worked = true;
                    Run(leg, now);
                }
            }
        }
        return worked;
    }

    /// <summary>The kernel refused a datagram of this socket.</summary>
    public void OnSendFailure(int socket)
    {
        SendFailures++;
        _bySlot[LoopLeg.SlotOf(socket)]?.Machine.CountSendFailure();
    }

    /// <summary>A fault outside any leg.</summary>
    public void CountFault() => Faults++;

    /// <summary>Whether frames were left for a loop since this was last asked.</summary>
    public bool TakeFilled(int loop)
    {
        bool filled = _filledRings[loop];
        _filledRings[loop] = false;
        return filled;
    }

    /// <summary>Closes what is left, in good order: BYE, events, final counters.</summary>
    public void CloseAll(TimeSpan now)
    {
        foreach (LoopLeg leg in _byId.Values.ToArray()) Close(leg, onClosed: null, now);
    }

    private void Open(OpenLeg open, TimeSpan now)
    {
        int slot = TakeSlot();
        BoundPair sockets = open.Sockets;
        bool shares = open.SharedSockets.Length > 0;
        bool watched = shares || io.Add(LoopLeg.Socket(slot, MediaComponent.Rtp), sockets.Rtp);
        if (!shares && sockets.Rtcp is { } rtcp && !io.Add(LoopLeg.Socket(slot, MediaComponent.Rtcp), rtcp)) watched = false;
        if (!watched) SocketsUnwatched(log, open.CallId);    // such a leg hears nothing: the media time-out ends its call

        Span<byte> random = stackalloc byte[16];
        SeedRandom.Fill(random);
        NtpTimestamp ntpAtZero = NtpTimestamp.FromUnix(DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch - now);
        // A first number in the lower half: a peer that misses the first packets cannot miss a wrap with them (RFC 3711 §3.3.1).
        var seed = new LegSeed((ushort)(BitConverter.ToUInt16(random) & short.MaxValue), BitConverter.ToUInt32(random[4..]), BitConverter.ToUInt64(random[8..]), ntpAtZero);
        MediaLeg handle = open.Leg;
        var machine = new LegMachine(handle, raised => Raise(handle, raised), seed, _phases, now, dtls);
        if (open.Ice is { } own) machine.Ice = IceOf(open, own, slot);
        var leg = new LoopLeg(handle, machine, sockets.Pair, slot) { Shared = shares ? new SharedEntries() : null };
        if (shares) _shared.Add(leg, open.Ice!.UsernameFragment);
        _bySlot[slot] = leg;
        _byId.Add(handle.Id, leg);
        handle.Owned = leg;
        _deadlines.Set(slot, machine.Deadline);
    }

    private void Execute(LoopLeg leg, LegCommand command, TimeSpan now)
    {
        switch (command)
        {
            case ConfigureLeg configure:
                leg.Machine.Configure(configure.Settings, now);
                break;
            case RestartIce restart:
                leg.Machine.Ice!.Restart(restart.Credentials);
                if (leg.Shared is not null) _shared.Add(leg, restart.Credentials.UsernameFragment);
                break;
            case PlayPrompt play:
                leg.Machine.Play(play.Prompt, play.PlayoutId, play.Loop, now);
                break;
            case StopPlaying:
                leg.Machine.StopPlayout();
                break;
            case ConnectLeg connect:
                Connect(leg, connect.Target);
                break;
            case DisconnectLeg disconnect when disconnect.Target is null || ReferenceEquals(disconnect.Target, leg.Target):
                Disconnect(leg, tellTarget: disconnect.Target is null);
                break;
            case SendKey key:
                leg.Machine.SendKey(key.Key, key.Duration, now);
                break;
            case AddTap add:
                leg.Machine.AddTap(add.Tap);
                break;
            case RemoveTap remove:
                leg.Machine.RemoveTap(remove.Tap, now);
                break;
            case DtlsCommand handshake:
                leg.Machine.Execute(handshake, now);
                break;
            case CloseLeg close:
                Close(leg, close.OnClosed, now);
                return;
        }
        Rearm(leg);
    }

    private void Connect(LoopLeg leg, MediaLeg target)
    {
        if (!ReferenceEquals(leg.Target, target)) Disconnect(leg, tellTarget: true);
        leg.Target = target;
        leg.Ring = target.LoopIndex == index ? null : links.Open(index, target.LoopIndex);
        leg.Machine.ChangeSource();
    }

    /// <summary>Takes away the leg's way out and, on request, its target's way back, which runs on the target's own loop.</summary>
    private static void Disconnect(LoopLeg leg, bool tellTarget)
    {
        if (leg.Target is not { } target) return;
        leg.Target = null;
        leg.Ring = null;
        leg.Machine.ChangeSource();
        if (tellTarget) target.Post(new DisconnectLeg(target, leg.Handle));
    }

    private void Close(LoopLeg leg, Action<LegStatistics>? onClosed, TimeSpan now)
    {
        Disconnect(leg, tellTarget: true);
        int buffer = io.Buffers.Rent();
        if (leg.Machine.Close(io.Buffers.Span(buffer, 0, DatagramBuffers.BufferLength), now, out OutgoingPacket bye)) Send(leg, buffer, bye);
        else io.Buffers.Return(buffer);
        if (leg.Shared is not null) _shared.Remove(leg);
        else
        {
            io.Remove(LoopLeg.Socket(leg.Slot, MediaComponent.Rtp));
            if (leg.Machine.Ice is null) io.Remove(LoopLeg.Socket(leg.Slot, MediaComponent.Rtcp));
            ports.Return(leg.Ports, now);
        }
        _deadlines.Set(leg.Slot, TimeSpan.MaxValue);
        _bySlot[leg.Slot] = null;
        _byId.Remove(leg.Handle.Id);
        _vacatedSlots.Push(leg.Slot);
        leg.Handle.Owned = null;
        Publish(leg, now);
        onClosed?.Invoke(leg.Handle.Statistics);
    }

    private void Run(LoopLeg leg, TimeSpan now)
    {
        int buffer = io.Buffers.Rent();
        try
        {
            while (leg.Machine.TryTakePacket(io.Buffers.Span(buffer, 0, DatagramBuffers.BufferLength), now, out OutgoingPacket packet))
            {
                Send(leg, buffer, packet);
                buffer = io.Buffers.Rent();
            }
            if (now >= leg.PublishAt) Publish(leg, now);
            _deadlines.Set(leg.Slot, leg.Machine.Deadline);
        }
#pragma warning disable CA1031 // the edge of the worker: a fault ends its own leg, not the other thousands
        catch (Exception e)
#pragma warning restore CA1031
        {
            Fault(leg.Handle, e, now);
        }
        io.Buffers.Return(buffer);
    }

    private void Send(LoopLeg leg, int buffer, in OutgoingPacket packet)
    {
        PacketsSent++;
        io.Send(packet.Socket ?? leg.SocketOf(packet.Component), buffer, 0, packet.Length, packet.Target);
    }

    /// <summary>Only an earlier deadline needs a new place in the heap now.</summary>
    private void Rearm(LoopLeg leg)
    {
        TimeSpan deadline = leg.Machine.Deadline;
        if (deadline < _deadlines.Of(leg.Slot)) _deadlines.Set(leg.Slot, deadline);
    }

    private static void Publish(LoopLeg leg, TimeSpan now)
    {
        leg.PublishAt = now + s_publishInterval;
        leg.Handle.Publish(leg.Machine.Snapshot());
    }

    private void Fault(MediaLeg leg, Exception e, TimeSpan now)
    {
        Faults++;
        LegFailed(log, leg.LocalRtp.Port, e);
        if (leg.Owned is not { } owned) return;
        Close(owned, onClosed: null, now);
        Raise(leg, new MediaTimedOut(leg));    // for the call it is the same as a peer that fell silent
    }

    /// <summary>Hands an event to the call. What the call does wrong there must not reach the leg.</summary>
    private void Raise(MediaLeg leg, MediaEvent raised)
    {
        try
        {
            leg.OnEvent(raised);
        }
#pragma warning disable CA1031 // the edge of the worker
        catch (Exception e)
#pragma warning restore CA1031
        {
            Faults++;
            EventFailed(log, raised.GetType().Name, leg.LocalRtp.Port, e);
        }
    }

    [LoggerMessage(LogLevel.Error, "Event {Event} of the media of port {Port} was not taken")]
    private static partial void EventFailed(ILogger log, string @event, int port, Exception e);

    [LoggerMessage(LogLevel.Error, "Media of port {Port} ended by an error of ours")]
    private static partial void LegFailed(ILogger log, int port, Exception e);

    [LoggerMessage(LogLevel.Error, "Media sockets of call {CallId} cannot be watched: too many descriptors?")]
    private static partial void SocketsUnwatched(ILogger log, string callId);
}
