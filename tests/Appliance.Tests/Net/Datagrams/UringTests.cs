using System.Net;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Net.Datagrams;
using Tandem.Net.Interop;
using Tandem.Net.Interop.Uring;
using Xunit;

namespace Appliance.Tests.Net.Datagrams;

/// <summary>io_uring's own sharp edges, and kernels that do not have it.</summary>
public unsafe class UringTests
{
    [Fact]
    public void When_buffers_run_out_datagrams_wait_in_their_sockets_and_none_is_lost()
    {
        using UringDatagramIo io = UringDatagramIo.TryOpen(out _, buffers: 16)!;
        using var peer = new DatagramPeer(IPAddress.Loopback);
        IPEndPoint[] sockets = [.. Enumerable.Range(0, 5).Select(socket => peer.AddTo(io, socket))];
        Assert.True(io.Receive().IsEmpty);
        long requests = io.RequestsMade;
        for (byte i = 0; i < 200; i++) peer.Send(sockets[i % 5], [i]);
        ReceivedDatagram[] received = peer.Await(io, 200);
        for (int socket = 0; socket < 5; socket++)
        {
            Assert.Equal(Enumerable.Range(0, 40).Select(i => 5 * i + socket),
                received.Where(datagram => datagram.Socket == socket).Select(datagram => (int)io.Buffers.Span(datagram.Buffer, datagram.Offset, 1)[0]));
        }
        Assert.InRange(io.BufferShortages, 1, 1000);
        Assert.InRange(io.RequestsMade - requests, 1, 1000);
        peer.Release(io);
    }

    [Fact]
    public void A_burst_teaches_it_to_lay_more_buffers_ready()
    {
        using UringDatagramIo io = UringDatagramIo.TryOpen(out _)!;
        using var peer = new DatagramPeer(IPAddress.Loopback);
        IPEndPoint[] sockets = [.. Enumerable.Range(0, 50).Select(socket => peer.AddTo(io, socket))];
        long before = 0;
        for (int burst = 0; burst < 6; burst++)
        {
            before = io.BufferShortages;
            for (int i = 0; i < 1000; i++) peer.Send(sockets[i % 50], [1]);
            peer.Await(io, 1000);
            peer.Release(io);
        }
        Assert.InRange(before, 1, long.MaxValue);
        Assert.Equal(before, io.BufferShortages);    // the last one met none
    }

    [Fact]
    public void One_request_serves_a_socket_as_long_as_nothing_ends_it()
    {
        using UringDatagramIo io = UringDatagramIo.TryOpen(out _)!;
        using var peer = new DatagramPeer(IPAddress.Loopback);
        IPEndPoint local = peer.AddTo(io, 0);
        long requests = io.RequestsMade;
        for (int i = 0; i < 100; i++)
        {
            peer.Send(local, [1]);
            peer.Await(io, 1);
            peer.Release(io);
        }
        Assert.Equal(++requests, io.RequestsMade);
        peer.Send(local, []);
        peer.Send(local, [1]);
        peer.Await(io, 2);
        Assert.Equal(requests + 1, io.RequestsMade);    // an empty datagram ends it
    }

    [Fact]
    public void Sockets_beyond_the_registered_table_work_as_well()
    {
        using UringDatagramIo io = UringDatagramIo.TryOpen(out _)!;
        using var peer = new DatagramPeer(IPAddress.Loopback);
        IPEndPoint local = peer.AddTo(io, 40_000);
        peer.Send(local, [1]);
        ReceivedDatagram datagram = Assert.Single(peer.Await(io, 1));
        io.Send(40_000, datagram.Buffer, datagram.Offset, 1, datagram.Source);
        Assert.True(io.Flush().IsEmpty);
        Assert.Equal([1], peer.Next());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Either_way_of_sending_reaches_its_target(bool addressInRequest)
    {
        using UringDatagramIo io = UringDatagramIo.TryOpen(out _)!;
        io.AddressInRequest = addressInRequest;
        foreach (IPAddress address in (IPAddress[])[IPAddress.Loopback, IPAddress.IPv6Loopback])
        {
            using var peer = new DatagramPeer(address);
            peer.AddTo(io, 0);
            int buffer = io.Buffers.Rent();
            io.Buffers.Span(buffer, 5, 1)[0] = 42;
            io.Send(0, buffer, 5, 1, NativeSocketAddress.From(peer.Local));
            io.Send(0, io.Buffers.Rent(), 5, 1, NativeSocketAddress.From(address, 0));    // no such port
            Assert.Equal([0], io.Flush().ToArray());
            Assert.Equal(Errno.Invalid, io.LastSendError);
            Assert.Equal([42], peer.Next());
            io.Remove(0);
        }
    }

    [Theory]
    [InlineData(Errno.NotImplemented, "seccomp")]
    [InlineData(Errno.NotPermitted, "io_uring_disabled")]
    [InlineData(Errno.Invalid, "too old")]
    [InlineData(Errno.NoMemory, "errno 12")]
    public void A_refusal_is_told_in_words(int errno, string expected)
    {
        Assert.Null(UringDatagramIo.TryOpen(out string refusal, (_, _) => Refuse(errno)));
        Assert.Contains(expected, refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_kernel_without_deferred_work_is_used_without_it()
    {
        const uint Deferred = 1 << 13, Cooperative = 1 << 8;
        List<uint> asked = [];
        using UringDatagramIo? io = UringDatagramIo.TryOpen(out _, (entries, parameters) =>
        {
            asked.Add(parameters->Flags);
            return (parameters->Flags & Deferred) != 0 ? Refuse(Errno.Invalid) : UringCalls.Setup(entries, parameters);
        });
        Assert.Equal([true, false], asked.Select(flags => (flags & Deferred) != 0));
        Assert.Equal(Cooperative, asked[1] & Cooperative);
        using var peer = new DatagramPeer(IPAddress.Loopback);
        IPEndPoint local = peer.AddTo(io!, 0);
        for (int i = 0; i < 100; i++) peer.Send(local, [1]);
        peer.Await(io!, 100);
    }

    [Fact]
    public void A_kernel_whose_ring_lacks_a_feature_is_refused()
    {
        Assert.Null(UringDatagramIo.TryOpen(out string refusal, (entries, parameters) =>
        {
            int descriptor = UringCalls.Setup(entries, parameters);
            parameters->Features = 0;
            return descriptor;
        }));
        Assert.Equal(UringRing.TooOld, refusal);
    }

    [Theory]
    [InlineData(Errno.NotPermitted)]
    [InlineData(Errno.NotImplemented)]
    public void Behind_a_seccomp_filter_media_goes_through_epoll(int errno)
    {
        string? chosen = null;
        Exception? demanded = null;
        var confined = new Thread(() =>    // the filter is the thread's, and goes with it
        {
            ForbidUring(errno);
            using IDatagramIo io = DatagramIo.Open(DatagramIo.Auto, NullLogger.Instance);
            chosen = io.Name;
            demanded = Record.Exception(() => DatagramIo.Open(DatagramIo.Uring, NullLogger.Instance));
        });
        confined.Start();
        confined.Join();
        Assert.Equal(DatagramIo.Epoll, chosen);
        Assert.Contains("media.io is io_uring, and", Assert.IsType<IOException>(demanded).Message, StringComparison.Ordinal);
    }

    private static int Refuse(int errno)
    {
        Marshal.SetLastPInvokeError(errno);
        return -1;
    }

    /// <summary>Makes io_uring_setup fail on this thread from now on (seccomp(2)).</summary>
    private static void ForbidUring(int errno)
    {
        const int SetNoNewPrivileges = 38, SetSeccomp = 22, FilterMode = 2;
        const ulong LoadCallNumber = 0x20, ReturnAllow = 0x06 | 0x7FFF_0000UL << 32;
        const ulong SkipUnless425 = 0x15 | 1UL << 24 | 425UL << 32;    // BPF_JMP | BPF_JEQ | BPF_K, one further where it is not
        ulong* filter = stackalloc ulong[] { LoadCallNumber, SkipUnless425, 0x06 | (0x0005_0000UL | (uint)errno) << 32, ReturnAllow };
        var program = new Filter { Length = 4, Instructions = filter };
        Assert.Equal(0, Libc.ProcessControl(SetNoNewPrivileges, 1, 0, 0, 0));
        Assert.Equal(0, Libc.ProcessControl(SetSeccomp, FilterMode, (nuint)(&program), 0, 0));
    }

    /// <summary>struct sock_fprog.</summary>
    private struct Filter
    {
        public ushort Length;
        public ulong* Instructions;
    }
}
