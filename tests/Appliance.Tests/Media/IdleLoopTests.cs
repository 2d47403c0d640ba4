using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Configuration;
using Tandem.Media;
using Tandem.Net.Datagrams;
using Tandem.Net.Interop;
using Xunit;

namespace Appliance.Tests.Media;

/// <summary>How a loop asks its kernel to sleep.</summary>
[Collection("media loopback")]
public sealed class IdleLoopTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(DatagramIo.Epoll)]
    [InlineData(DatagramIo.Uring)]
    public void A_loop_without_calls_sleeps_without_a_timer(string backend)
    {
        List<WatchedIo> opened = [];
        using MediaPlane plane = MediaPlane.Start(
            new MediaOptions { Ports = [new MediaPortRange(31100, 31199, null)], Loops = 1 }, NullLoggerFactory.Instance,
            () =>
            {
                var io = new WatchedIo(DatagramIo.Open(backend, NullLogger.Instance));
                lock (opened) opened.Add(io);
                return io;
            });
        WatchedIo loop = opened[^1];    // the others were for warming up
        Sleeps(loop, timer: false);

        using var phone = new LoopbackPhone(IPAddress.Loopback);
        MediaLeg leg = plane.CreateLeg(new MediaLegRequest(IPAddress.Loopback, "idle", _ => { }))!;
        leg.Configure(phone.Settings() with { MediaTimeout = TimeSpan.FromHours(1) });
        Sleeps(loop, timer: true);
        leg.Close();
        Sleeps(loop, timer: false);

        int waits = loop.Waits;
        long turns = plane.Status.Loops[0].Turns;
        plane.CreateLeg(new MediaLegRequest(IPAddress.Parse("192.0.2.1"), "nobody", _ => { }));    // takes a while, and is none of the loop's
        Assert.Equal((waits, turns), (loop.Waits, plane.Status.Loops[0].Turns));
    }

    private static void Sleeps(WatchedIo loop, bool timer) =>
        Assert.True(SpinWait.SpinUntil(() => loop.Sleeping is { } asleep && asleep.HasTimer == timer, s_patience), $"{loop.Sleeping}");

    /// <summary>The real thing, and what the loop asked of it.</summary>
    private sealed class WatchedIo(IDatagramIo io) : IDatagramIo
    {
        private sealed record Sleep(bool Timer);

        private Sleep? _asleep;
        private int _waits;

        /// <summary>Null: it works or naps.</summary>
        public (bool HasTimer, int Number)? Sleeping => Volatile.Read(ref _asleep) is { } asleep ? (asleep.Timer, Waits) : null;

        public int Waits => Volatile.Read(ref _waits);

        public string Name => io.Name;

        public DatagramBuffers Buffers => io.Buffers;

        public bool HasMore => io.HasMore;

        public long BufferShortages => io.BufferShortages;

        public bool Add(int socket, FileDescriptor descriptor, bool isBusy = false) => io.Add(socket, descriptor, isBusy);

        public void Remove(int socket) => io.Remove(socket);

        public ReadOnlySpan<ReceivedDatagram> Receive() => io.Receive();

        public void Send(int socket, int buffer, int offset, int length, in NativeSocketAddress target) => io.Send(socket, buffer, offset, length, target);

        public ReadOnlySpan<int> Flush() => io.Flush();

        public void Wait(TimeSpan? timeout)
        {
            Interlocked.Increment(ref _waits);
            Volatile.Write(ref _asleep, new Sleep(timeout is not null));
            io.Wait(timeout);
            Volatile.Write(ref _asleep, null);
        }

        public void Nap(TimeSpan until) => io.Nap(until);

        public void Wake() => io.Wake();

        public void Dispose() => io.Dispose();
    }
}
