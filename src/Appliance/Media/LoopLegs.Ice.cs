using System.Net;
using System.Net.Sockets;
using Tandem.Net.Datagrams;

namespace Tandem.Media;

/// <summary>The shared port, and what ICE takes of what arrives.</summary>
internal sealed partial class LoopLegs
{
    private const int MaxStunType = 3;    // first byte of a STUN datagram at most (RFC 7983 §7)

    private readonly SharedLegs _shared = new();
    private SharedPort? _sharedPort;
    private int _sharedSockets;    // numbers below this are the shared port's

    /// <summary>Datagrams to the shared port that belong to no leg.</summary>
    public long Strays { get; private set; }

    /// <summary>Takes the shared port's sockets, before any leg is opened.</summary>
    /// <exception cref="IOException">The kernel will not watch them: a failed start.</exception>
    public void Share(SharedPort port)
    {
        _sharedPort = port;
        for (int i = 0; i < port.Sockets.Count; i++)
        {
            int slot = TakeSlot();
            if (!io.Add(LoopLeg.Socket(slot, MediaComponent.Rtp), port.Sockets[i].Socket, isBusy: true)) throw new IOException($"The shared port {port.Port} cannot be watched");
            _sharedSockets = LoopLeg.Socket(slot + 1, MediaComponent.Rtp);
        }
    }

    private static bool IsStun(ReadOnlySpan<byte> datagram) => !datagram.IsEmpty && datagram[0] <= MaxStunType;

    /// <summary>Whose a datagram is; of one to the shared port that is STUN, that is found out later.</summary>
    private LoopLeg? LegOf(in ReceivedDatagram datagram) => datagram.Socket >= _sharedSockets
        ? _bySlot[LoopLeg.SlotOf(datagram.Socket)]
        : _shared.Find(datagram.Socket, datagram.Source);

    /// <summary>Makes sure that a datagram is its leg's, and does what it asks for where it is STUN.</summary>
    /// <returns>True: there is something to do with it yet.</returns>
    private bool PassesIce(ref LoopLeg? leg, in ReceivedDatagram datagram, TimeSpan now)
    {
        bool shared = datagram.Socket < _sharedSockets;
        ReadOnlySpan<byte> bytes = io.Buffers.Span(datagram.Buffer, datagram.Offset, datagram.Length);
        bool stun = IsStun(bytes);
        if (shared && stun) leg = FindShared(bytes, datagram, now);
        if (leg is null)
        {
            if (shared) Strays++;
            return false;
        }
        if (leg.Machine.Ice is not { } ice) return true;
        if (!stun) return leg.Machine.PassesIce(datagram.Socket, datagram.Source);
        OnStun(leg, bytes, datagram, now);
        return false;
    }

    private LoopLeg? FindShared(ReadOnlySpan<byte> bytes, in ReceivedDatagram datagram, TimeSpan now)
    {
        LoopLeg? leg = _shared.Find(bytes, out int tag);
        if (tag >= 0) return tag < _slots && _bySlot[tag]?.Shared is not null ? _bySlot[tag] : null;
        return leg is not null && _shared.MayClaim(leg, datagram.Socket, datagram.Source, now) ? leg : null;
    }

    private void OnStun(LoopLeg leg, ReadOnlySpan<byte> bytes, in ReceivedDatagram datagram, TimeSpan now)
    {
        int buffer = io.Buffers.Rent();
        try
        {
            Span<byte> reply = io.Buffers.Span(buffer, 0, DatagramBuffers.BufferLength);
            int length = leg.Machine.OnStun(bytes, datagram.Socket, datagram.Source, now, reply, out bool learned);
            if (learned && leg.Shared is not null && _shared.Find(datagram.Socket, datagram.Source) != leg) _shared.Claim(leg, datagram.Socket, datagram.Source);
            if (length > 0)
            {
                PacketsSent++;
                io.Send(datagram.Socket, buffer, 0, length, datagram.Source);
                buffer = -1;
            }
            Rearm(leg);
        }
#pragma warning disable CA1031 // the edge of the worker: a fault ends its own leg, not the other thousands
        catch (Exception e)
#pragma warning restore CA1031
        {
            Fault(leg.Handle, e, now);
        }
        if (buffer >= 0) io.Buffers.Return(buffer);
    }

    /// <summary>The sockets that a WebRTC leg can be reached on; they are where its agent finds its paths.</summary>
    private LegIce IceOf(OpenLeg open, IceCredentials own, int slot)
    {
        MediaLeg handle = open.Leg;
        (int, bool)[] sockets = open.SharedSockets.Length == 0
            ? [(LoopLeg.Socket(slot, MediaComponent.Rtp), IsIpv6(handle.LocalRtp.Address))]
            : [.. open.SharedSockets.Select(i => (LoopLeg.Socket(i, MediaComponent.Rtp), IsIpv6(_sharedPort!.Sockets[i].Address)))];
        return new LegIce(handle, own, raised => Raise(handle, raised), sockets, slot);
    }

    private static bool IsIpv6(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6;

    private int TakeSlot()
    {
        if (!_freeSlots.TryPop(out int slot)) slot = _slots++;
        if (slot >= _bySlot.Length) Array.Resize(ref _bySlot, slot * 2);
        return slot;
    }
}
