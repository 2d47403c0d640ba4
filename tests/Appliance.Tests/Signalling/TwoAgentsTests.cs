using Tandem.Signalling;
using Xunit;

namespace Appliance.Tests.Signalling;

/// <summary>Two user agents that face each other over a network that loses, delays and reorders.</summary>
public sealed class TwoAgentsTests
{
    [Theory]
    [InlineData("")]
    [InlineData(";transport=tcp")]
    public void A_call_is_set_up_changed_and_ended(string transport)
    {
        var network = new VirtualNetwork();
        Rig a = new(network, "10.0.0.1:5060"), b = new(network, "10.0.0.2:5060");
        List<string> flow = [];
        b.Agent.IncomingInvite = session => _ = Serve(session);
        async Task Serve(InviteSession session)
        {
            session.OnInfo = (type, _) =>
            {
                flow.Add(type);
                return 200;
            };
            session.OnOffer = offer => SdpReply.Accept(Rig.Answer);
            session.Progress(180);
            await session.AcceptAsync(Rig.Answer);
            flow.Add("acked");
            Assert.True((await session.ReinviteAsync(Rig.Offer)).IsAccepted);
            flow.Add("changed");
            session.Bye("Q.850;cause=16");
        }

        InviteSession call = a.Call("sip:bob@10.0.0.2" + transport);
        call.OnProgress = (status, _) => flow.Add(status.ToString(System.Globalization.CultureInfo.InvariantCulture));
        call.OnOffer = _ => SdpReply.Accept(Rig.Answer);
        network.Run(2);
        Assert.Equal(["180", "acked", "changed"], flow);
        Assert.Equal(new SessionEnd(SessionEndBy.Remote, 200, "Q.850;cause=16"), call.End);
        Assert.True(call.Ended.IsCancellationRequested);
        network.Run(40);
        a.AssertEmpty();
        b.AssertEmpty();
    }

    [Fact]
    public void Two_thousand_calls_a_second_leave_fewer_transactions_than_the_limit()
    {
        var network = new VirtualNetwork();
        Rig a = new(network, "10.0.0.1:5060"), b = new(network, "10.0.0.2:5060");
        b.Agent.IncomingInvite = session => _ = Serve(session);
        static async Task Serve(InviteSession session)
        {
            await session.AcceptAsync(Rig.Answer);
            session.Bye("Q.850;cause=16");
        }

        InviteSession call = a.Call("sip:bob@10.0.0.2");
        double transactionSeconds = 0;    // of both legs of a call through the appliance
        for (int i = 0; i < 400; i++)
        {
            network.Run(0.1);
            transactionSeconds += 0.1 * (a.Agent.Transactions + b.Agent.Transactions);
        }
        Assert.Equal(SessionEndBy.Remote, call.End!.By);
        b.AssertEmpty();
        Assert.InRange(2000 * transactionSeconds, 1, new UserAgentOptions().MaxTransactions);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void With_three_in_ten_lost_and_reordered_every_call_ends_on_both_sides(int seed)
    {
        var network = new VirtualNetwork(seed) { Loss = 0.3, MinDelay = TimeSpan.FromMilliseconds(10), MaxDelay = TimeSpan.FromMilliseconds(300) };
        Rig a = new(network, "10.0.0.1:5060"), b = new(network, "10.0.0.2:5060");
        int answered = 0, talked = 0;
        b.Agent.IncomingInvite = session => _ = Serve(session);
        async Task Serve(InviteSession session)
        {
            session.Progress(180);
            answered++;
            try
            {
                await session.AcceptAsync(Rig.Answer);
            }
            catch (OperationCanceledException)
            {
            }
        }

        List<InviteSession> calls = [];
        for (int i = 0; i < 50; i++)
        {
            InviteSession call = a.Call("sip:bob@10.0.0.2");
            calls.Add(call);
            _ = Talk(call, i);
            network.Run(0.2);
        }

        async Task Talk(InviteSession call, int number)
        {
            if (!(await call.Result).IsAccepted) return;
            talked++;
            if (number % 3 == 0) await call.ReinviteAsync(Rig.Offer);
            call.Bye();
        }

        network.Run(400);
        Assert.Empty(a.Log.Failures);
        Assert.All(calls, call => Assert.NotNull(call.End));
        Assert.True(talked >= 48, $"{talked} of {answered}");
        a.AssertEmpty();
        b.AssertEmpty();
    }

    [Fact]
    public void A_lost_ACK_brings_the_200_again_and_the_ACK_again()
    {
        var network = new VirtualNetwork();
        Rig a = new(network, "10.0.0.1:5060"), b = new(network, "10.0.0.2:5060");
        int acks = 0;
        network.Drop = (_, message) => message.Method == Sip.Core.Messages.SipMethod.Ack && acks++ < 3;
        Task<ReadOnlyMemory<byte>>? accepted = null;
        b.Agent.IncomingInvite = session => accepted = session.AcceptAsync(Rig.Answer);
        InviteSession call = a.Call("sip:bob@10.0.0.2");
        network.Run(3);
        Assert.False(accepted!.IsCompleted);
        network.Run(2);
        Assert.True(accepted.IsCompletedSuccessfully);
        Assert.True(call.IsConfirmed);
        Assert.Equal(4, network.Count("SIP/2.0 200"));
    }

    [Fact]
    public void Both_hang_up_at_once()
    {
        var network = new VirtualNetwork();
        Rig a = new(network, "10.0.0.1:5060"), b = new(network, "10.0.0.2:5060");
        b.Agent.IncomingInvite = session =>
        {
            b.Calls.Add(session);
            _ = session.AcceptAsync(Rig.Answer);
        };
        InviteSession call = a.Call("sip:bob@10.0.0.2");
        network.Run(1);
        call.Bye();
        b.Calls[0].Bye();
        network.Run(40);
        Assert.Equal((SessionEndBy.Local, SessionEndBy.Local), (call.End!.By, b.Calls[0].End!.By));
        Assert.Equal(2, network.Count("200 OK (") - 1);    // each BYE got its 200, the INVITE too
        a.AssertEmpty();
        b.AssertEmpty();
    }

    [Fact]
    public void Glare_resolves_itself()
    {
        var network = new VirtualNetwork(7) { MinDelay = TimeSpan.FromMilliseconds(50), MaxDelay = TimeSpan.FromMilliseconds(50) };
        Rig a = new(network, "10.0.0.1:5060"), b = new(network, "10.0.0.2:5060");
        b.Agent.IncomingInvite = session =>
        {
            b.Calls.Add(session);
            _ = session.AcceptAsync(Rig.Answer);
        };
        InviteSession call = a.Call("sip:bob@10.0.0.2");
        network.Run(1);
        Task<InviteResult> ours = call.ReinviteAsync(Rig.Offer), theirs = b.Calls[0].ReinviteAsync(Rig.Offer);
        network.Run(10);
        Assert.Equal(2, network.Count("491"));
        Assert.True(Rig.Done(ours).IsAccepted && Rig.Done(theirs).IsAccepted);
        Assert.True(call.IsConfirmed);
    }

    [Fact]
    public void After_10_000_calls_an_idle_agent_holds_nothing()
    {
        var network = new VirtualNetwork();
        Rig a = new(network, "10.0.0.1:5060"), b = new(network, "10.0.0.2:5060");
        int number = 0;
        b.Agent.IncomingInvite = session => _ = Serve(session, number++);
        static async Task Serve(InviteSession session, int number)
        {
            session.Progress(180);
            if (number % 10 == 3) session.Reject(486);
            else if (number % 10 != 4) await session.AcceptAsync(Rig.Answer);
        }

        for (int i = 0; i < 10_000; i++)
        {
            InviteSession call = a.Call("sip:bob@10.0.0.2");
            network.Run(0.05);
            call.Terminate();
            network.Run(0.01);
            network.Trace.Clear();
        }

        Assert.Equal(10_000, number);
        network.Run(100);
        a.AssertEmpty();
        b.AssertEmpty();
    }
}
