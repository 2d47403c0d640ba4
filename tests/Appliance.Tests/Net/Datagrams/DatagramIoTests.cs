using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Net.Datagrams;
using Tandem.Net.Interop;
using Xunit;

namespace Appliance.Tests.Net.Datagrams;

/// <summary>What every backend must do. Each test stays on its thread, as the owner of an I/O does.</summary>
public class DatagramIoTests
{
    public static TheoryData<string> Backends => [DatagramIo.Epoll, DatagramIo.Uring];

    [Theory]
    [MemberData(nameof(Backends))]
    public void A_datagram_comes_with_its_source_behind_the_headroom_and_is_answered_from_the_same_buffer(string backend)
    {
        using IDatagramIo io = DatagramIo.Open(backend, NullLogger.Instance);
        Assert.Equal(backend, io.Name);
        foreach (IPAddress address in (IPAddress[])[IPAddress.Loopback, IPAddress.IPv6Loopback])
        {
            using var peer = new DatagramPeer(address);
            IPEndPoint local = peer.AddTo(io, 3);
            peer.Send(local, [1, 2, 3, 4]);
            ReceivedDatagram datagram = Assert.Single(peer.Await(io, 1));
            Assert.Equal((3, DatagramBuffers.Headroom, 4), (datagram.Socket, datagram.Offset, datagram.Length));
            Assert.Equal(peer.Local, datagram.Source.ToEndPoint());
            Assert.Equal([1, 2, 3, 4], io.Buffers.Span(datagram.Buffer, datagram.Offset, 4).ToArray());
            io.Send(3, datagram.Buffer, datagram.Offset + 1, 2, datagram.Source);
            Assert.True(io.Flush().IsEmpty);
            Assert.Equal([2, 3], peer.Next());
            io.Remove(3);
        }
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void Empty_datagrams_and_those_that_are_too_long_stop_nothing(string backend)
    {
        using IDatagramIo io = DatagramIo.Open(backend, NullLogger.Instance);
        using var peer = new DatagramPeer(IPAddress.Loopback);
        IPEndPoint local = peer.AddTo(io, 0);
        int outstanding = io.Buffers.Outstanding;
        int[] lengths = [0, 1, DatagramBuffers.MaxDatagram + 1, 0, 0, DatagramBuffers.MaxDatagram, 9000, 2];
        foreach (int length in lengths) peer.Send(local, new byte[length]);
        Assert.Equal([0, 1, 0, 0, DatagramBuffers.MaxDatagram, 2], peer.Await(io, 6).Select(datagram => datagram.Length));
        peer.Release(io);
        Assert.InRange(io.Buffers.Outstanding - outstanding, 0, 4);    // no buffer is lost; io_uring may have laid out some anew
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void A_number_that_is_used_again_never_hears_what_came_for_the_socket_before(string backend)
    {
        using IDatagramIo io = DatagramIo.Open(backend, NullLogger.Instance);
        using var peer = new DatagramPeer(IPAddress.Loopback);
        IPEndPoint first = peer.AddTo(io, 7);
        Assert.True(io.Receive().IsEmpty);
        int outstanding = io.Buffers.Outstanding;
        for (byte i = 0; i < 50; i++)
        {
            peer.Send(first, [i]);
            if (i % 3 != 0) io.Wait(TimeSpan.FromSeconds(1));      // it is reported to us, and we have not looked
            if (i % 3 == 2) Assert.True(io.Flush().IsEmpty);       // which may have taken it in already
            io.Remove(7);
            first = peer.AddTo(io, 7);
            ReadOnlySpan<ReceivedDatagram> received = io.Receive();
            Assert.True(received.IsEmpty, $"round {i}");
        }
        peer.Send(first, [99]);
        Assert.Equal(99, io.Buffers.Span(Assert.Single(peer.Await(io, 1)).Buffer, DatagramBuffers.Headroom, 1)[0]);
        peer.Release(io);
        Assert.InRange(io.Buffers.Outstanding - outstanding, -1, 4);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void What_was_queued_goes_out_before_a_socket_is_closed_and_nothing_after(string backend)
    {
        using IDatagramIo io = DatagramIo.Open(backend, NullLogger.Instance);
        using var peer = new DatagramPeer(IPAddress.Loopback);
        NativeSocketAddress target = NativeSocketAddress.From(peer.Local);
        peer.AddTo(io, 1);
        SendOne(io, 1, 5, target);
        io.Remove(1);
        SendOne(io, 1, 6, target);
        Assert.Equal([1], io.Flush().ToArray());
        peer.AddTo(io, 1);
        SendOne(io, 1, 7, target);
        Assert.True(io.Flush().IsEmpty);
        Assert.Equal([5], peer.Next());
        Assert.Equal([7], peer.Next());
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void A_datagram_that_the_kernel_refuses_is_told_by_its_socket_and_harms_no_other(string backend)
    {
        using IDatagramIo io = DatagramIo.Open(backend, NullLogger.Instance);
        using var peer = new DatagramPeer(IPAddress.Loopback);
        peer.AddTo(io, 0);
        peer.AddTo(io, 5);
        NativeSocketAddress target = NativeSocketAddress.From(peer.Local);
        for (byte i = 0; i < 100; i++)
        {
            SendOne(io, 0, i, target);
            SendOne(io, 5, i, target.WithPort(0));    // no such port
        }
        int[] failed = io.Flush().ToArray();
        Assert.Equal(100, failed.Length);
        Assert.All(failed, socket => Assert.Equal(5, socket));
        Assert.Equal(Enumerable.Range(0, 100), Enumerable.Range(0, 100).Select(_ => (int)peer.Next()[0]));
        Assert.True(io.Flush().IsEmpty);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void More_than_a_batch_goes_out_at_once_and_comes_in_whole(string backend)
    {
        using IDatagramIo io = DatagramIo.Open(backend, NullLogger.Instance);
        using var peer = new DatagramPeer(IPAddress.Loopback);
        IPEndPoint[] sockets = [.. Enumerable.Range(0, 100).Select(socket => peer.AddTo(io, socket))];
        int sent = 0;
        for (int i = 0; i < 30; i++)
        {
            foreach (IPEndPoint socket in sockets) peer.Send(socket, BitConverter.GetBytes(sent++));
        }
        ReceivedDatagram[] received = peer.Await(io, sent);
        Assert.Equal(Enumerable.Range(0, sent), received.Select(d => BitConverter.ToInt32(io.Buffers.Span(d.Buffer, d.Offset, 4))).Order());
        NativeSocketAddress target = NativeSocketAddress.From(peer.Local);
        foreach (ReceivedDatagram datagram in received.Take(1500)) io.Send(datagram.Socket, datagram.Buffer, datagram.Offset, 4, target);
        foreach (ReceivedDatagram datagram in received.Skip(1500)) io.Buffers.Return(datagram.Buffer);
        Assert.True(io.Flush().IsEmpty);
        Assert.Equal(1500, Enumerable.Range(0, 1500).Select(_ => BitConverter.ToInt32(peer.Next())).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void Any_thread_wakes_the_sleeper_and_a_time_out_ends_a_sleep(string backend)
    {
        using IDatagramIo io = DatagramIo.Open(backend, NullLogger.Instance);
        for (int i = 0; i < 20; i++)
        {
            var waker = new Thread(io.Wake);
            waker.Start();
            io.Wait(i % 2 == 0 ? null : TimeSpan.FromMinutes(1));
            waker.Join();
            Assert.True(io.Receive().IsEmpty);
        }
        int sleeps = 0;    // a signal of the runtime's may end one early
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start).TotalMilliseconds < 40; sleeps += 2)
        {
            io.Wait(TimeSpan.FromMilliseconds(20));
            io.Nap(TimeSpan.FromTicks(Stopwatch.GetTimestamp() / 100) + TimeSpan.FromMilliseconds(20));
        }
        Assert.InRange(sleeps, 2, 10);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void Interruptions_by_signals_are_routine(string backend)
    {
        using var handled = PosixSignalRegistration.Create(PosixSignal.SIGWINCH, static _ => { });
        using IDatagramIo io = DatagramIo.Open(backend, NullLogger.Instance);
        using var peer = new DatagramPeer(IPAddress.Loopback);
        IPEndPoint local = peer.AddTo(io, 0);
        int owner = Libc.GetThreadId(), interruptions = 0;
        bool over = false;
        var disturber = new Thread(() =>
        {
            for (int i = 0; !Volatile.Read(ref over); i++)
            {
                DatagramPeer.Interrupt(owner);
                if (i % 10 == 0) peer.Send(local, [1]);
                Thread.Yield();
            }
        });
        disturber.Start();
        int received = 0;
        for (long start = Stopwatch.GetTimestamp(); received < 200 && Stopwatch.GetElapsedTime(start).TotalSeconds < 20; interruptions++)
        {
            io.Wait(TimeSpan.FromSeconds(5));
            foreach (ref readonly ReceivedDatagram datagram in io.Receive())
            {
                received++;
                io.Send(0, datagram.Buffer, datagram.Offset, datagram.Length, datagram.Source);
            }
            Assert.True(io.Flush().IsEmpty);
        }
        Volatile.Write(ref over, true);
        disturber.Join();
        Assert.InRange(received, 200, int.MaxValue);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void Passing_a_datagram_on_allocates_nothing(string backend)
    {
        using IDatagramIo io = DatagramIo.Open(backend, NullLogger.Instance);
        using var peer = new DatagramPeer(IPAddress.Loopback);
        IPEndPoint local = peer.AddTo(io, 0);
        NativeSocketAddress source = NativeSocketAddress.From(peer.Local), target = NativeSocketAddress.From(local);
        peer.AddTo(io, 1);
        long allocated = 0;
        for (int i = 0; i < 400; i++)
        {
            if (i == 100) allocated = GC.GetAllocatedBytesForCurrentThread();
            SendOne(io, 1, 1, target);    // to socket 0
            io.Flush();
            io.Wait(TimeSpan.FromSeconds(1));
            foreach (ref readonly ReceivedDatagram datagram in io.Receive()) io.Send(0, datagram.Buffer, datagram.Offset, datagram.Length, source);
            io.Flush();
        }
        Assert.Equal(allocated, GC.GetAllocatedBytesForCurrentThread());
        for (int i = 0; i < 100; i++) Assert.Equal([1], peer.Next());
    }

    private static void SendOne(IDatagramIo io, int socket, byte content, in NativeSocketAddress target)
    {
        int buffer = io.Buffers.Rent();
        io.Buffers.Span(buffer, 10, 1)[0] = content;
        io.Send(socket, buffer, 10, 1, target);
    }
}
