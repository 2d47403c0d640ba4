using System.Diagnostics;
using System.Net;
using Tandem.Net.Interop;

namespace Tandem.Net.Datagrams;

/// <summary>Sends itself two datagrams: what a kernel says it can do and what it does are two things.</summary>
internal static unsafe class UringTrial
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(200);

    /// <returns>True: both came, by one request, into buffers that lay ready.</returns>
    public static bool Passes(UringDatagramIo io)
    {
        int* pair = stackalloc int[2];
        if (Libc.SocketPair(AddressFamilies.Unix, SocketTypes.Datagram | SocketTypes.NonBlocking | SocketTypes.CloseOnExec, 0, pair) != 0) return false;
        using var sender = new FileDescriptor(pair[0]);
        bool passes = io.Add(0, new FileDescriptor(pair[1])) && io.Receive().IsEmpty && Arrives(io, sender, 1) && Arrives(io, sender, 2);
        Clear(io);
        return passes;
    }

    /// <summary>Sends a byte to a socket of our own the cheaper way; a kernel that does not know it calls the request invalid.</summary>
    public static void ChooseSend(UringDatagramIo io)
    {
        FileDescriptor socket = FileDescriptor.BindUdp(IPAddress.Any, 0, out _);
        if (socket.IsInvalid) return;
        NativeSocketAddress target = NativeSocketAddress.From(IPAddress.Loopback, socket.LocalAddress().Port);
        io.AddressInRequest = true;
        if (!io.Add(0, socket)) return;
        io.Send(0, io.Buffers.Rent(), 0, 1, target);
        if (!io.Flush().IsEmpty && io.LastSendError == Errno.Invalid) io.AddressInRequest = false;
        Clear(io);
    }

    private static void Clear(UringDatagramIo io)
    {
        io.Remove(0);
        foreach (ref readonly ReceivedDatagram datagram in io.Receive()) io.Buffers.Return(datagram.Buffer);
    }

    private static bool Arrives(UringDatagramIo io, FileDescriptor sender, byte content)
    {
        if (Libc.Write(sender.Number, &content, 1) != 1) return false;
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < s_patience; io.Wait(s_patience))
        {
            ReadOnlySpan<ReceivedDatagram> received = io.Receive();
            if (received.IsEmpty) continue;
            bool right = received[0].Length == 1 && io.Buffers.Span(received[0].Buffer, received[0].Offset, 1)[0] == content;
            foreach (ref readonly ReceivedDatagram datagram in received) io.Buffers.Return(datagram.Buffer);
            return right && io.RequestsMade == 1;
        }
        return false;
    }
}
