using Rtp.Core.Ice;
using Rtp.Core.Stun;
using Xunit;

namespace RtpCoreTests.IceAgents;

public sealed class IceFullTests
{
    [Fact]
    public void A_full_agent_connects_to_a_lite_one_within_a_few_round_trips()
    {
        var network = new IceNetwork(seed: 1);
        IceNetwork.Node us = network.Add("full", lite: false, "192.0.2.1"), peer = network.Add("lite", lite: true, "192.0.2.2");
        network.Tell(us, peer, controlling: true);
        network.Tell(peer, us, controlling: false);
        TimeSpan start = network.Now;
        network.Run(2);
        AssertConnected(us, peer);
        Assert.InRange(us.ConnectedAt!.Value - start, TimeSpan.Zero, TimeSpan.FromMilliseconds(250));
        Assert.True(us.Agent.IsControlling);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public void Two_full_agents_agree_on_a_pair_and_on_roles_whatever_they_begin_with_and_whatever_gets_lost(bool first, bool second)
    {
        for (int seed = 0; seed < 100; seed++)
        {
            var network = new IceNetwork(seed, loss: seed % 4 * 0.1);
            IceNetwork.Node a = network.Add("aaaa", lite: false, "192.0.2.1", "2001:db8::1"), b = network.Add("bbbb", lite: false, "192.0.2.2", "2001:db8::2", "10.0.0.2");
            network.Dead.Add(b.Sockets[2]);
            network.Tell(a, b, first);
            network.Run(0.03);
            network.Tell(b, a, second);
            network.Run(20);
            AssertConnected(a, b);
            Assert.NotEqual(a.Agent.IsControlling, b.Agent.IsControlling);
        }
    }

    [Fact]
    public void The_best_pair_that_works_is_chosen()
    {
        var network = new IceNetwork(seed: 3);
        IceNetwork.Node a = network.Add("aaaa", lite: false, "192.0.2.1", "192.0.2.9"), b = network.Add("bbbb", lite: false, "192.0.2.2");
        network.Dead.Add(a.Sockets[0]);
        network.Tell(a, b, controlling: true);
        network.Tell(b, a, controlling: false);
        network.Run(3);
        AssertConnected(a, b);
        Assert.Equal(1, a.Agent.Selected.Base);
    }

    [Fact]
    public void A_candidate_that_comes_late_is_tried_too()
    {
        var network = new IceNetwork(seed: 4);
        IceNetwork.Node a = network.Add("aaaa", lite: false, "192.0.2.1"), b = network.Add("bbbb", lite: true, "192.0.2.2");
        network.Tell(a, b, controlling: true, fromCandidate: 1);
        network.Tell(b, a, controlling: false);
        network.Run(5);
        Assert.False(a.Agent.IsConnected);
        network.Tell(a, b, controlling: true);
        network.Run(1);
        AssertConnected(a, b);
    }

    [Fact]
    public void Checks_keep_their_pace()
    {
        var network = new IceNetwork(seed: 5);
        IceNetwork.Node a = network.Add("aaaa", lite: false, [.. Enumerable.Range(1, 20).Select(i => $"10.0.0.{i}")]);
        IceNetwork.Node b = network.Add("bbbb", lite: false, "192.0.2.2");
        network.Dead.Add(b.Sockets[0]);
        network.Tell(a, b, controlling: true);
        TimeSpan start = network.Now;
        network.Run(0.9);
        Assert.InRange(network.Sent.Count, 17, 19);    // one each 50 ms, and with so many the first time-out is a second
        Assert.Equal(start, network.Sent[0].At);
        Assert.All(network.Sent.Skip(1).Zip(network.Sent, (later, earlier) => later.At - earlier.At), gap => Assert.True(gap >= IceChecksPace));
    }

    [Fact]
    public void Consent_is_asked_for_every_4_to_6_seconds_and_ends_30_seconds_after_the_last_answer()
    {
        var network = new IceNetwork(seed: 6);
        IceNetwork.Node us = network.Add("full", lite: false, "192.0.2.1"), peer = network.Add("lite", lite: true, "192.0.2.2");
        network.Tell(us, peer, controlling: true);
        network.Tell(peer, us, controlling: false);
        network.Run(1);
        network.Sent.Clear();
        network.Run(120);
        TimeSpan[] asked = [.. network.Sent.Where(sent => sent.From == us.Sockets[0]).Select(sent => sent.At)];
        Assert.InRange(asked.Length, 20, 30);
        Assert.All(asked.Skip(1).Zip(asked, (later, earlier) => (later - earlier).TotalSeconds), gap => Assert.InRange(gap, 4.0, 6.0));
        Assert.Null(us.LostAt);

        network.Dead.Add(peer.Sockets[0]);
        TimeSpan died = network.Now;
        network.Run(40);
        Assert.InRange((us.LostAt!.Value - died).TotalSeconds, 24, 30.1);
        Assert.True(us.Agent.Selected.IsEmpty);
        Assert.NotNull(peer.LostAt);    // nothing of ours came any more either
    }

    [Fact]
    public void A_restart_moves_to_the_new_credentials_without_a_gap()
    {
        var network = new IceNetwork(seed: 7);
        IceNetwork.Node a = network.Add("aaaa", lite: false, "192.0.2.1"), b = network.Add("bbbb", lite: false, "192.0.2.2");
        network.Tell(a, b, controlling: true);
        network.Tell(b, a, controlling: false);
        network.Run(2);
        a.Agent.Restart("cccc", IceNetwork.Password("cccc"));
        b.Agent.Restart("dddd", IceNetwork.Password("dddd"));
        network.Tell(b, a, controlling: false, fragment: "cccc");
        Assert.False(a.Agent.Selected.IsEmpty || b.Agent.Selected.IsEmpty);
        network.Tell(a, b, controlling: true, fragment: "dddd");
        Assert.False(a.Agent.Selected.IsEmpty || b.Agent.Selected.IsEmpty);
        network.Run(2);
        AssertConnected(a, b);
        network.Run(60);
        AssertConnected(a, b);
    }

    [Fact]
    public void Forged_answers_and_conflicts_change_nothing()
    {
        var network = new IceNetwork(seed: 8);
        IceNetwork.Node us = network.Add("full", lite: false, "192.0.2.1"), peer = network.Add("lite", lite: true, "192.0.2.2");
        network.Tell(us, peer, controlling: true);
        var check = new byte[400];
        int length = us.Agent.TryTakeCheck(check, network.Now, out IcePath path);
        Assert.True(StunView.TryParse(check.AsSpan(0, length), out StunView view));
        var forged = new byte[400];
        foreach (int error in new[] { 0, StunErrors.RoleConflict, StunErrors.Unauthenticated })
        {
            var writer = new StunWriter(forged, error == 0 ? StunClass.SuccessResponse : StunClass.ErrorResponse, view.TransactionId);
            if (error == 0) writer.AddXorMappedAddress(us.Sockets[0]);
            else writer.AddErrorCode(error);
            writer.AddIntegrity("guessed"u8);
            writer.AddFingerprint();
            us.Agent.OnDatagram(forged.AsSpan(0, writer.Length), 0, path.Remote, network.Now, new byte[400], out _);
            Assert.True(us.Agent.IsControlling && us.Agent.Selected.IsEmpty);
        }
        Assert.Equal(3, us.Agent.Counters.NotAuthentic);
        network.Tell(peer, us, controlling: false);
        network.Run(2);
        AssertConnected(us, peer);
    }

    private static TimeSpan IceChecksPace => TimeSpan.FromMilliseconds(50);

    private static void AssertConnected(IceNetwork.Node a, IceNetwork.Node b)
    {
        Assert.True(a.Agent.IsConnected && b.Agent.IsConnected, $"{a.Agent.Selected} {b.Agent.Selected}");
        Assert.Equal(b.Sockets[b.Agent.Selected.Base], a.Agent.Selected.Remote);
        Assert.Equal(a.Sockets[a.Agent.Selected.Base], b.Agent.Selected.Remote);
    }
}
