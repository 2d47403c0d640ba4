using Tandem.Net.Datagrams;

namespace Tandem.Media;

/// <summary>What arrives, and where it goes.</summary>
internal sealed partial class LoopLegs
{
    // A payload from another loop goes here: behind the headroom, with room for a header.
    private const int RingPayloadOffset = DatagramBuffers.Headroom + 12;

    private const int TouchedAtOnce = 32;

    private readonly LoopLeg?[] _batchLegs = new LoopLeg?[TouchedAtOnce];
    private long _touched;    // keeps the reads from being left out

    /// <summary>Takes datagrams, and their buffers.</summary>
    /// <remarks>
    /// A leg rests for 20 ms, long enough to fall out of the processor's cache, and a packet goes through a dozen objects of two legs. Within
    /// one packet each miss waits for the one before it; read for many legs at a time they overlap.
    /// </remarks>
    public void OnDatagrams(ReadOnlySpan<ReceivedDatagram> received, TimeSpan now)
    {
        while (!received.IsEmpty)
        {
            ReadOnlySpan<ReceivedDatagram> batch = received[..Math.Min(TouchedAtOnce, received.Length)];
            for (int i = 0; i < batch.Length; i++) _batchLegs[i] = LegOf(batch[i]);
            if (batch.Length > 1) Touch(_batchLegs.AsSpan(0, batch.Length));
            for (int i = 0; i < batch.Length; i++) OnDatagram(_batchLegs[i], batch[i], now);
            received = received[batch.Length..];
        }
    }

    /// <summary>Takes what other loops' legs have for this loop's legs.</summary>
    /// <returns>True: there was something.</returns>
    public bool TakeFrames(TimeSpan now)
    {
        bool worked = false;
        for (int from = 0; from < links.Loops; from++)
        {
            if (links.Find(from, index) is not { IsEmpty: false } ring) continue;
            worked = true;
            int buffer = io.Buffers.Rent();
            Span<byte> bytes = io.Buffers.Span(buffer, 0, DatagramBuffers.BufferLength);
            while (ring.TryRead(bytes[RingPayloadOffset..], out LinkedFrame linked, out int length))
            {
                RelayFrame frame = linked.Frame with { PayloadOffset = RingPayloadOffset, PayloadLength = length };
                if (!_byId.TryGetValue(linked.Leg, out LoopLeg? leg) || !SendRelayed(leg, bytes, frame, buffer, 0, now)) continue;
                buffer = io.Buffers.Rent();
                bytes = io.Buffers.Span(buffer, 0, DatagramBuffers.BufferLength);
            }
            io.Buffers.Return(buffer);
        }
        return worked;
    }

    private void OnDatagram(LoopLeg? leg, in ReceivedDatagram datagram, TimeSpan now)
    {
        PacketsReceived++;
        if (leg is { Handle.Owned: null }) leg = null;    // it was closed by one of the datagrams before
        if (!PassesIce(ref leg, datagram, now) || leg is null)
        {
            io.Buffers.Return(datagram.Buffer);
            return;
        }
        bool sent = false;
        try
        {
            // With what is free behind the datagram: the one that is made of it may need room for an SRTP tag.
            Span<byte> bytes = io.Buffers.Span(datagram.Buffer, datagram.Offset, DatagramBuffers.BufferLength - datagram.Offset);
            if (leg.Machine.OnDatagram(bytes[..datagram.Length], datagram.Source, LoopLeg.ComponentOf(datagram.Socket), now, out RelayFrame frame))
            {
                sent = PassOn(leg, bytes, frame, datagram.Buffer, datagram.Offset, now);
                if (frame.IsEvent) Rearm(leg);    // audio only moves deadlines back
            }
            else Rearm(leg);
            if (now >= leg.PublishAt) Publish(leg, now);
        }
#pragma warning disable CA1031 // the edge of the worker: a fault ends its own leg, not the other thousands
        catch (Exception e)
#pragma warning restore CA1031
        {
            Fault(leg.Handle, e, now);
        }
        if (!sent) io.Buffers.Return(datagram.Buffer);
    }

    private void Touch(ReadOnlySpan<LoopLeg?> legs)
    {
        long sum = 0;
        foreach (LoopLeg? leg in legs) sum = unchecked(sum + (leg?.PublishAt.Ticks ?? 0));
        foreach (LoopLeg? leg in legs) sum = unchecked(sum + (leg?.Machine.TouchReceiving() ?? 0));
        foreach (LoopLeg? leg in legs)
        {
            if (leg?.Target?.Owned is { } target) sum = unchecked(sum + target.Machine.TouchSending());
        }
        _touched = sum;
    }

    /// <summary>The same for legs whose time has come.</summary>
    private void TouchDue(ReadOnlySpan<int> slots)
    {
        long sum = 0;
        foreach (int slot in slots) sum = unchecked(sum + (_bySlot[slot]?.PublishAt.Ticks ?? 0));
        foreach (int slot in slots) sum = unchecked(sum + (_bySlot[slot]?.Machine.Deadline.Ticks ?? 0));
        foreach (int slot in slots) sum = unchecked(sum + (_bySlot[slot]?.Machine.TouchPlaying() ?? 0));
        _touched = sum;
    }

    private bool PassOn(LoopLeg leg, Span<byte> bytes, in RelayFrame frame, int buffer, int offset, TimeSpan now)
    {
        if (leg.Ring is { } ring)
        {
            _filledRings[leg.Target!.LoopIndex] = true;
            ring.TryWrite(new LinkedFrame(leg.Target.Id, frame), bytes.Slice(frame.PayloadOffset, frame.PayloadLength));
            return false;
        }
        if (leg.Target?.Owned is { } target) return SendRelayed(target, bytes, frame, buffer, offset, now);
        leg.Machine.DiscardFrame();
        return false;
    }

    private bool SendRelayed(LoopLeg target, Span<byte> bytes, in RelayFrame frame, int buffer, int offset, TimeSpan now)
    {
        int length = target.Machine.Relay(bytes, frame, now, out int start);
        if (length == 0)
        {
            Rearm(target);    // what is to be transcoded goes out by the target's own clock
            return false;
        }
        PacketsSent++;
        io.Send(target.SocketOf(MediaComponent.Rtp), buffer, offset + start, length, target.Machine.RtpTarget);
        return true;
    }
}
