using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Tandem.Configuration;
using Tandem.Defence;
using Tandem.Net;
using Tandem.Net.Interop;
using Xunit;

namespace Appliance.Tests.Net;

/// <summary>Strangers stand in a queue of their own, and the kernel knows who is one.</summary>
public sealed class SieveTests
{
    private static SipGate Gate() => new(new DefenceOptions { Exempt = [] }, new NetworkList([], _ => false), () => DateTimeOffset.UnixEpoch);

    [Fact]
    public void A_step_is_laid_out_as_the_kernel_wants_it()
    {
        FilterStep step = new(0x0102, 0x03040506, 7, 8);
        Assert.Equal([2, 1, 7, 8, 6, 5, 4, 3], MemoryMarshal.AsBytes(new ReadOnlySpan<FilterStep>(in step)).ToArray());
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task Whose_password_was_right_is_no_longer_among_the_strangers(string address)
    {
        IPAddress ip = IPAddress.Parse(address);
        SipGate gate = Gate();
        await using var harness = new TransportHarness(o => o with { Addresses = [ip] }, gate);
        using UdpClient peer = new(new IPEndPoint(ip, 0));
        IPEndPoint target = harness.Listener(SipTransport.Udp, ip.AddressFamily);
        await peer.SendAsync(TransportHarness.Request("stranger"), target, TestContext.Current.CancellationToken);
        Assert.Contains("Call-ID: stranger", (await harness.NextAsync()).Text, StringComparison.Ordinal);
        Assert.Equal((0, 1), await ReadAsync(harness));
        await harness.OnShard(() => { gate.Proved(ip, harness.Shard.Now); return true; });
        for (int i = 0; (await ReadAsync(harness)).First == 0; i++)
        {
            await peer.SendAsync(TransportHarness.Request($"known{i}"), target, TestContext.Current.CancellationToken);
            Assert.Contains($"Call-ID: known{i}", (await harness.NextAsync()).Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Only_one_appliance_has_a_port()
    {
        await using var harness = new TransportHarness(gate: Gate());
        Assert.ThrowsAny<SocketException>(() => new UdpClient(harness.Listener(SipTransport.Udp)));
        using var second = new SipTransports(harness.Shard, harness.Options with { UdpPort = harness.Listener(SipTransport.Udp).Port }, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance) { Gate = Gate() };
        Assert.Throws<IOException>(second.Start);
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(false, 1)]
    [InlineData(false, 1000)]
    [InlineData(false, 60_000)]
    [InlineData(true, 1000)]
    [InlineData(true, 60_000)]
    public void The_kernel_takes_the_program_however_many_are_known(bool ipv6, int known)
    {
        var sieve = new SourceSieve();
        sieve.Set(Enumerable.Range(0, known).Select(i => SourceKey.Of(ipv6 ? IPAddress.Parse($"2001:db8:{i:x}::1") : new IPAddress([10, (byte)(i >> 16), (byte)((i >> 8) & 255), (byte)(i & 255)]))));
        FilterStep[] steps = sieve.Program(ipv6);
        Assert.True(steps.Length < 2100, $"{steps.Length}");
        IPAddress any = ipv6 ? IPAddress.IPv6Loopback : IPAddress.Loopback;
        using FileDescriptor first = FileDescriptor.BindUdp(any, 0, out _);
        Assert.True(first.SetOption(SocketOptions.LevelSocket, SocketOptions.ReusePort, 1));
        using FileDescriptor second = FileDescriptor.BindUdp(any, first.LocalAddress().Port, out int error, joins: true);
        Assert.Equal(0, error);
        Assert.True(first.SetReusePortFilter(steps), $"errno {Libc.LastError}");
    }

    [Fact]
    public void A_program_is_made_again_only_when_somebody_new_is_known()
    {
        var sieve = new SourceSieve();
        SourceKey[] known = [SourceKey.Of(IPAddress.Parse("192.0.2.1")), SourceKey.Of(IPAddress.Parse("2001:db8::1"))];
        Assert.True(sieve.Set(known));
        Assert.False(sieve.Set(known));
        Assert.True(sieve.Set([]));
    }

    /// <summary>Datagrams that were read of the queue of the known and of that of strangers.</summary>
    private static Task<(long First, long Strangers)> ReadAsync(TransportHarness harness) =>
        harness.OnShard(() => (harness.Transports.Counters.FromKnown, harness.Transports.Counters.FromStrangers));
}
