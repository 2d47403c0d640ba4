using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Net;
using Tandem.Signalling;
using Xunit;

namespace Appliance.Tests.Signalling;

/// <summary>Two user agents on real shards and sockets of the loopback interface.</summary>
public sealed class LoopbackTests
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData(SipTransport.Udp, "127.0.0.1")]
    [InlineData(SipTransport.Tcp, "127.0.0.1")]
    [InlineData(SipTransport.Tls, "127.0.0.1")]
    [InlineData(SipTransport.Udp, "::1")]
    [InlineData(SipTransport.Tcp, "::1")]
    public async Task A_call_with_a_key_press_a_change_and_a_BYE_from_the_called_side(SipTransport transport, string address)
    {
        await using Side a = new(address), b = new(address);
        var ended = new TaskCompletionSource<SessionEnd>(TaskCreationOptions.RunContinuationsAsynchronously);
        List<string> flow = [];
        b.Agent.IncomingInvite = session => b.Shard.Run(async () =>
        {
            session.OnInfo = (type, _) =>
            {
                flow.Add(type);
                return 200;
            };
            session.Progress(180);
            await session.AcceptAsync(Rig.Answer);
            flow.Add("acked");
            InviteResult change = await session.ReinviteAsync(Rig.Offer);
            flow.Add($"changed {change.Status}");
            session.Bye("Q.850;cause=16");
        });
        string host = address.Contains(':', StringComparison.Ordinal) ? $"[{address}]" : address;
        string target = $"sip:9999@{host}:{b.PortOf(transport)};transport={transport.ToString().ToLowerInvariant()}";
        a.Shard.Run(async () =>
        {
            InviteSession call = a.Agent.Invite(new OutgoingInvite { Target = target, FromUser = "alice", Sdp = Rig.Offer });
            call.OnOffer = _ => SdpReply.Accept(Rig.Answer);
            call.OnProgress = (status, _) => flow.Add($"{status}");
            InviteResult result = await call.Result;
            flow.Add($"{result.Outcome} on the shard: {a.Shard.IsCurrent}");
            var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            using CancellationTokenRegistration registration = call.Ended.Register(over.SetResult);
            await over.Task;
            ended.SetResult(call.End!);
        });
        Assert.Equal(new SessionEnd(SessionEndBy.Remote, 200, "Q.850;cause=16"), await ended.Task.WaitAsync(_limit, TestContext.Current.CancellationToken));
        flow.Sort(StringComparer.Ordinal);
        Assert.Equal(["180", "Accepted on the shard: True", "acked", "changed 200"], flow);
        Assert.Equal((0, 0), (a.Agent.Failures, b.Agent.Failures));
        Assert.Equal((0, 0), (a.Shard.Failures, b.Shard.Failures));
    }

    [Fact]
    public async Task A_connection_that_nobody_takes_fails_the_call_at_once()
    {
        await using Side a = new("127.0.0.1");
        Task<InviteResult> result = await a.Shard.InvokeAsync(() => a.Agent.Invite(
            new OutgoingInvite { Target = "sip:x@127.0.0.1:9;transport=tcp", FromUser = "a", Sdp = Rig.Offer }).Result);
        Assert.Equal(InviteOutcome.TransportFailed, (await result.WaitAsync(_limit, TestContext.Current.CancellationToken)).Outcome);
    }

    /// <summary>It would be 32 s by the timers of RFC 3261: the limit of the wait says that ICMP was heard.</summary>
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task A_port_that_nobody_has_fails_the_call_at_once_and_harms_no_other(string address)
    {
        await using Side a = new(address), b = new(address);
        b.Agent.IncomingInvite = session => session.Reject(486);
        string host = address.Contains(':', StringComparison.Ordinal) ? $"[{address}]" : address;
        Task<InviteResult>[] results = await a.Shard.InvokeAsync<Task<InviteResult>[]>(() =>
            [.. new[] { 1, b.PortOf(SipTransport.Udp), 1, b.PortOf(SipTransport.Udp) }.Select(port => a.Agent.Invite(
                new OutgoingInvite { Target = $"sip:x@{host}:{port}", FromUser = "a", Sdp = Rig.Offer }).Result)]);
        InviteResult[] ends = await Task.WhenAll(results).WaitAsync(TimeSpan.FromSeconds(25), TestContext.Current.CancellationToken);
        Assert.Equal([InviteOutcome.TransportFailed, InviteOutcome.Rejected, InviteOutcome.TransportFailed, InviteOutcome.Rejected], ends.Select(end => end.Outcome));
        Assert.Equal(486, ends[3].Status);
        Assert.Equal(0, a.Shard.Failures);
    }

    [Fact]
    public async Task A_name_is_resolved_off_the_shard()
    {
        await using Side a = new("127.0.0.1"), b = new("127.0.0.1");
        b.Agent.IncomingInvite = session => session.Reject(486);
        Task<InviteResult> result = await a.Shard.InvokeAsync(() => a.Agent.Invite(
            new OutgoingInvite { Target = $"sip:x@localhost:{b.PortOf(SipTransport.Udp)}", FromUser = "a", Sdp = Rig.Offer }).Result);
        Assert.Equal(486, (await result.WaitAsync(_limit, TestContext.Current.CancellationToken)).Status);
    }

    private sealed class Side : IAsyncDisposable
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("tandem-test-").FullName;

        public Side(string address)
        {
            Transports = new SipTransports(Shard, new SipListenOptions
            {
                Addresses = [IPAddress.Parse(address)],
                UdpPort = 0,
                TcpPort = 0,
                TlsPort = 0,
                CertificateFolder = _folder,
                VerifyOutgoingTls = false,
            }, NullLogger.Instance);
            Agent = new UserAgent(Shard, Transports, new UserAgentOptions(), NullLogger.Instance);
            Shard.Start();
            Transports.Start();
        }

        public SignallingShard Shard { get; } = new(NullLogger.Instance);

        public SipTransports Transports { get; }

        public UserAgent Agent { get; }

        public int PortOf(SipTransport transport) => Transports.Listening.First(l => l.Transport == transport).Address.Port;

        public ValueTask DisposeAsync()
        {
            Transports.Dispose();
            Shard.Dispose();
            Directory.Delete(_folder, recursive: true);
            return ValueTask.CompletedTask;
        }
    }
}
