using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Interop.Audio;
using Xunit;

namespace Interop.Peers;

/// <summary>The harness against itself: sipp calls sipp, RTP goes from one peer to the other, datagrams are lost on request.</summary>
public sealed class HarnessTests
{
    [Theory]
    [InlineData("127.0.0.1", false)]
    [InlineData("127.0.0.1", true)]
    [InlineData("::1", false)]
    public async Task Sipp_calls_sipp(string address, bool tcp)
    {
        IPAddress local = IPAddress.Parse(address);
        await using SippRun server = await ServerAsync(local, tcp);

        SippResult caller = await Sipp.RunAsync(new SippOptions("call_plain", new IPEndPoint(local, server.Port)) { Local = local, Tcp = tcp });

        Assert.True(caller.Succeeded(1), caller.ToString());
        SippResult called = await server.ResultAsync();
        Assert.True(called.Succeeded(1), called.ToString());
    }

    [Fact]
    public async Task A_scenario_that_meets_the_wrong_answer_fails_and_shows_the_messages()
    {
        await using SippRun server = await ServerAsync(IPAddress.Loopback, tcp: false);

        SippResult caller = await Sipp.RunAsync(new SippOptions("refused_404", new IPEndPoint(IPAddress.Loopback, server.Port)));

        Assert.False(caller.Succeeded(1));
        Assert.Contains("SIP/2.0 180 Ringing", caller.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_proxy_loses_what_it_is_told_to_and_passes_the_rest()
    {
        await using SippRun server = await ServerAsync(IPAddress.Loopback, tcp: false);
        using LossyUdpProxy proxy = new(new IPEndPoint(IPAddress.Loopback, server.Port), m => m is { Kind: "200 INVITE", Number: 1 });

        SippResult caller = await Sipp.RunAsync(new SippOptions("call_plain", proxy.EndPoint));

        Assert.True(caller.Succeeded(1), caller.ToString());
        Assert.Single(proxy.Lost);
        Assert.Equal(2, proxy.Passed.Concat(proxy.Lost).Count(m => m.Kind == "200 INVITE"));
        Assert.Equal(1, proxy.Passed.Count(m => m.Kind == "BYE"));
    }

    [Fact]
    public async Task An_RTP_stream_is_measured_by_the_kernels_clock_and_decodes_to_what_was_sent()
    {
        Sound said = (await Speech.TestSignalAsync("en-us")).Slice(TimeSpan.Zero, TimeSpan.FromSeconds(3));
        int port = Ports.Rtp(8);
        using RtpPeer peer = new(IPAddress.Loopback, port, count: 2);

        await peer.SendAsync(new IPEndPoint(IPAddress.Loopback, port + 4), said, from: 0, TestContext.Current.CancellationToken);
        await Clock.UntilAsync(() => Task.FromResult(peer.Packets == 150), 2, () => $"{peer.Packets} packets");

        RtpStream stream = peer.Streams[1];
        Assert.Equal(0, stream.SequenceErrors);
        Assert.Equal(0, stream.TimestampErrors);
        Assert.Equal(1, stream.Sources);
        Assert.Equal(149, stream.PacingMs.Count());
        Assert.True(RtpPeer.Percentile(stream.PacingMs, 0.5) < 5, $"median {RtpPeer.Percentile(stream.PacingMs, 0.5)} ms");
        Assert.NotEmpty(peer.OwnErrorsMs);
        AudioMatch match = AudioMatch.Find(said, stream.ToSound());
        Assert.True(match.Passes, match.ToString());
    }

    [Fact]
    public void Missing_repeated_and_late_packets_and_wrong_timestamps_are_counted()
    {
        RtpStream stream = new(1);
        foreach ((ushort sequence, uint timestamp) in ((ushort, uint)[])[(1, 0), (2, 160), (4, 480), (4, 480), (5, 700)])
            stream.Add(new RtpArrival(0, sequence, timestamp, 7, 0, false, new byte[160]));

        Assert.Equal(2, stream.SequenceErrors);
        Assert.Equal(3, stream.TimestampErrors);
    }

    [Fact]
    public async Task Behind_the_router_a_host_has_another_address_and_port_and_only_answers_come_back()
    {
        await using NatNetwork network = await NatNetwork.CreateAsync();
        using Socket home = Bound(network.Home, NatNetwork.HomeAddress), outside = Bound(network.Outside, NatNetwork.OutsideAddress);
        byte[] buffer = new byte[16];

        home.SendTo("out"u8, outside.LocalEndPoint!);
        EndPoint seen = new IPEndPoint(IPAddress.Any, 0);
        outside.ReceiveFrom(buffer, ref seen);
        Assert.Equal(NatNetwork.RouterAddress, ((IPEndPoint)seen).Address);
        Assert.NotEqual(((IPEndPoint)home.LocalEndPoint!).Port, ((IPEndPoint)seen).Port);

        outside.SendTo("back"u8, seen);
        Assert.Equal(4, home.Receive(buffer));
        outside.SendTo("stray"u8, new IPEndPoint(NatNetwork.RouterAddress, ((IPEndPoint)home.LocalEndPoint!).Port));
        Assert.False(home.Poll(TimeSpan.FromMilliseconds(200), SelectMode.SelectRead));
    }

    private static Socket Bound(string network, IPAddress address) => Networks.Inside(network, () =>
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 2000 };
        socket.Bind(new IPEndPoint(address, 25997));
        return socket;
    });

    private static async Task<SippRun> ServerAsync(IPAddress local, bool tcp)
    {
        SippRun server = await Sipp.StartAsync(
            new SippOptions("self_uas", new IPEndPoint(local, 25998)) { Local = local, Tcp = tcp, Limit = TimeSpan.FromSeconds(20) });
        IPGlobalProperties host = IPGlobalProperties.GetIPGlobalProperties();
        await Clock.UntilAsync(
            () => Task.FromResult((tcp ? host.GetActiveTcpListeners() : host.GetActiveUdpListeners()).Any(end => end.Port == server.Port)),
            10, () => "sipp does not listen");
        return server;
    }
}
