using System.Runtime.InteropServices;
using Tandem.Net.Interop;

namespace Tandem.Net;

/// <summary>The datagrams that a turn has written to one socket, sent with one sendmmsg call.</summary>
internal sealed unsafe class UdpSendBatch : IDisposable
{
    public const int Capacity = 64;

    /// <summary>The longest UDP payload over IPv4.</summary>
    public const int MaxDatagramBytes = 65_507;

    private const int ArenaBytes = 256 * 1024;

    private readonly MultiMessageHeader* _headers = NativeArray.Allocate<MultiMessageHeader>(Capacity);
    private readonly IoVector* _vectors = NativeArray.Allocate<IoVector>(Capacity);
    private readonly NativeSocketAddress* _targets = NativeArray.Allocate<NativeSocketAddress>(Capacity);
    private readonly byte* _controls = NativeArray.Allocate<byte>(Capacity * PacketInfo.ControlLength);
    private readonly byte* _arena = (byte*)NativeMemory.AlignedAlloc(ArenaBytes, 4096);
    private int _used;
    private bool _disposed;

    public int Count { get; private set; }

    /// <summary>Copies one datagram in. False: no room, send first; a message over <see cref="MaxDatagramBytes"/> never has room.</summary>
    /// <param name="message">The payload.</param>
    /// <param name="target">Where to.</param>
    /// <param name="local">The address of ours to send from; empty leaves the choice to routing.</param>
    /// <param name="interfaceIndex">For a link-local <paramref name="local"/>; else 0.</param>
    public bool TryAdd(ReadOnlySpan<byte> message, in NativeSocketAddress target, in NativeSocketAddress local, int interfaceIndex)
    {
        if (Count == Capacity || message.Length > Math.Min(MaxDatagramBytes, ArenaBytes - _used)) return false;
        int at = Count++;
        message.CopyTo(new Span<byte>(_arena + _used, message.Length));
        _vectors[at] = new IoVector { Base = _arena + _used, Length = (nuint)message.Length };
        _used += message.Length;
        _targets[at] = target;
        byte* control = _controls + (at * PacketInfo.ControlLength);
        int controlLength = local.IsEmpty ? 0 : PacketInfo.Write(new Span<byte>(control, PacketInfo.ControlLength), local, interfaceIndex);
        _headers[at].Header = new MessageHeader
        {
            Name = _targets + at,
            NameLength = target.Length,
            Vectors = _vectors + at,
            VectorCount = 1,
            Control = controlLength == 0 ? null : control,
            ControlLength = (nuint)controlLength,
        };
        return true;
    }

    /// <summary>Sends and forgets everything. One datagram that the kernel refuses does not stop those behind it.</summary>
    /// <returns>How many were refused.</returns>
    public int Send(int descriptor)
    {
        int refused = 0, again = -1;
        for (int sent = 0; sent < Count;)
        {
            int count = Libc.SendMessages(descriptor, _headers + sent, (uint)(Count - sent), MessageFlags.DontWait | MessageFlags.NoSignal);
            if (count > 0)
            {
                sent += count;
            }
            else if (again != sent)
            {
                // Interrupted, or an error of ICMP about an earlier datagram, which the kernel tells whoever sends next: this one did not go.
                again = sent;
            }
            else if (Libc.LastError != Errno.Interrupted)
            {
                // Unreachable, not permitted, or no room in the socket's buffer: SIP over UDP resends what gets lost.
                refused++;
                sent++;
            }
        }

        Count = _used = 0;
        return refused;
    }

    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        NativeMemory.Free(_headers);
        NativeMemory.Free(_vectors);
        NativeMemory.Free(_targets);
        NativeMemory.Free(_controls);
        NativeMemory.AlignedFree(_arena);
    }
}
