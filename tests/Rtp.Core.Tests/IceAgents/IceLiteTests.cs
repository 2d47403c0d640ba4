using Rtp.Core.Ice;
using Rtp.Core.Stun;
using Xunit;

namespace RtpCoreTests.IceAgents;

public sealed class IceLiteTests
{
    private readonly LiteRig _rig = new();

    [Fact]
    public void A_check_is_answered_with_the_address_it_came_from_signed_with_our_password()
    {
        var check = new Check();
        IceOutcome outcome = _rig.Send(check, LiteRig.Home);
        Assert.Equal(IceOutcome.Learned | IceOutcome.Moved, outcome);
        Assert.True(StunView.TryParse(_rig.Answer, out StunView answer));
        Assert.Equal(StunClass.SuccessResponse, answer.Class);
        Assert.Equal(check.Id, answer.TransactionId);
        Assert.Equal(LiteRig.Home, answer.XorMappedAddress);
        Assert.True(answer.HasFingerprint && answer.IsAuthentic("our-password-0123456789"u8));
    }

    [Fact]
    public void Media_is_taken_from_every_address_that_a_check_proved_and_goes_to_the_nominated_one()
    {
        TransportAddress other = Check.At("198.51.100.1", 4001);
        _rig.Send(new Check(), LiteRig.Home);
        _rig.Send(new Check(), other);
        Assert.True(_rig.Agent.Accepts(0, LiteRig.Home) && _rig.Agent.Accepts(0, other));
        Assert.False(_rig.Agent.Accepts(1, LiteRig.Home) || _rig.Agent.Accepts(0, LiteRig.Elsewhere));

        Assert.Equal(IceOutcome.Moved | IceOutcome.Connected, _rig.Send(new Check { UseCandidate = true }, other));
        Assert.Equal(new IcePath(0, other), _rig.Agent.Selected);
        Assert.True(_rig.Agent.Accepts(0, other) && _rig.Agent.Accepts(0, LiteRig.Home));
        Assert.False(_rig.Agent.Accepts(1, other) || _rig.Agent.Accepts(0, LiteRig.Elsewhere));
    }

    [Fact]
    public void Of_several_nominated_pairs_the_best_wins_in_any_order()
    {
        TransportAddress better = Check.At("198.51.100.2", 4000);
        _rig.Send(new Check { UseCandidate = true, Priority = 200 }, better);
        _rig.Send(new Check { UseCandidate = true, Priority = 100 }, LiteRig.Home);
        Assert.Equal(better, _rig.Agent.Selected.Remote);

        var again = new LiteRig();
        again.Send(new Check { UseCandidate = true, Priority = 100 }, LiteRig.Home);
        Assert.Equal(IceOutcome.Learned | IceOutcome.Moved | IceOutcome.Connected, again.Send(new Check { UseCandidate = true, Priority = 200 }, better));
        Assert.Equal(better, again.Agent.Selected.Remote);
    }

    [Fact]
    public void A_worse_pair_takes_over_when_it_is_named_twice_and_the_chosen_one_no_more()
    {
        TransportAddress mobile = Check.At("192.0.2.200", 9);
        _rig.Send(new Check { UseCandidate = true, Priority = 200 }, LiteRig.Home);
        var first = new Check { UseCandidate = true, Priority = 100 };
        _rig.Send(first, mobile);
        _rig.Send(first, mobile);    // sent again says nothing new
        Assert.Equal(LiteRig.Home, _rig.Agent.Selected.Remote);
        _rig.Send(new Check { UseCandidate = true, Priority = 200 }, LiteRig.Home);
        _rig.Send(new Check { UseCandidate = true, Priority = 100 }, mobile);
        Assert.Equal(LiteRig.Home, _rig.Agent.Selected.Remote);
        Assert.True(_rig.Send(new Check { UseCandidate = true, Priority = 100 }, mobile).HasFlag(IceOutcome.Connected));
        Assert.Equal(mobile, _rig.Agent.Selected.Remote);
    }

    [Fact]
    public void The_signalled_priority_goes_before_that_of_the_check()
    {
        var rig = new LiteRig(configured: false);
        rig.Configure("them", ("198.51.100.1", 4000, 500), ("198.51.100.2", 4000, 400));
        rig.Send(new Check { UseCandidate = true, Priority = 1 }, LiteRig.Home);
        rig.Send(new Check { UseCandidate = true, Priority = 2 }, Check.At("198.51.100.2", 4000));
        Assert.Equal(LiteRig.Home, rig.Agent.Selected.Remote);
    }

    [Fact]
    public void A_peer_that_takes_itself_for_controlled_is_told_487_and_chooses_nothing()
    {
        _rig.Send(new Check { UseCandidate = true }, LiteRig.Home);
        var before = _rig.State;
        for (int i = 0; i < 1000; i++)
        {
            _rig.Send(new Check { Controlling = false, UseCandidate = true, TieBreaker = (ulong)i << 54 }, LiteRig.Elsewhere);
            Assert.Equal(487, _rig.AnswerCode);
        }
        Assert.Equal(before, _rig.State);
        Assert.Equal(1000, _rig.Agent.Counters.RoleConflicts);
    }

    [Fact]
    public void What_must_be_understood_and_is_not_gets_420()
    {
        var packet = new byte[400];
        var writer = new StunWriter(packet, StunClass.Request, new StunTransactionId(1, 1));
        writer.AddUsername("usfragmt"u8, "them"u8);
        writer.AddPriority(5);
        writer.AddUseCandidate();
        packet[writer.Length - 3] = 0x2A;    // another attribute than USE-CANDIDATE
        writer.AddIntegrity("our-password-0123456789"u8);
        writer.AddFingerprint();
        _rig.Send(packet[..writer.Length], LiteRig.Home);
        Assert.Equal(420, _rig.AnswerCode);
        Assert.True(_rig.Agent.Selected.IsEmpty);
    }

    [Fact]
    public void Checks_that_come_before_the_peers_SDP_count_once_it_is_there()
    {
        var rig = new LiteRig(configured: false);
        Assert.Equal(IceOutcome.Learned, rig.Send(new Check { UseCandidate = true }, LiteRig.Home));
        Assert.Equal(0, rig.AnswerCode);
        Assert.False(rig.Agent.Accepts(0, LiteRig.Home));
        Assert.Equal(IceOutcome.Moved | IceOutcome.Connected, rig.Configure());
        Assert.Equal(LiteRig.Home, rig.Agent.Selected.Remote);

        var other = new LiteRig(configured: false);
        other.Send(new Check { UseCandidate = true, Sender = "somebody" }, LiteRig.Home);
        Assert.Equal(IceOutcome.None, other.Configure());
        Assert.True(other.Agent.Selected.IsEmpty);
    }

    [Fact]
    public void After_a_restart_the_old_pair_holds_until_one_of_the_new_credentials_is_nominated()
    {
        TransportAddress moved = Check.At("192.0.2.50", 4);
        var before = new Check { UseCandidate = true };
        var after = new Check { Receiver = "freshone", Sender = "they", Password = "another-password-987654" };
        _rig.Send(before, LiteRig.Home);
        _rig.Agent.Restart("freshone", "another-password-987654");
        Assert.Equal(LiteRig.Home, _rig.Agent.Selected.Remote);
        Assert.Equal(IceOutcome.None, _rig.Configure("they"));
        _rig.Send(before with { Id = new StunTransactionId(5, 5) }, LiteRig.Home);
        Assert.Equal(0, _rig.AnswerCode);
        _rig.Send(after, moved);
        Assert.Equal(LiteRig.Home, _rig.Agent.Selected.Remote);
        Assert.True(_rig.Agent.Accepts(0, LiteRig.Home) && _rig.Agent.Accepts(0, moved));

        Assert.Equal(IceOutcome.Moved | IceOutcome.Connected, _rig.Send(after with { Id = new StunTransactionId(5, 6), UseCandidate = true }, moved));
        Assert.False(_rig.Agent.Accepts(0, LiteRig.Home));
        _rig.Send(before with { Id = new StunTransactionId(5, 7) }, LiteRig.Home);
        Assert.Equal(401, _rig.AnswerCode);
        Assert.Equal(moved, _rig.Agent.Selected.Remote);
    }

    [Fact]
    public void A_peer_that_restarts_alone_is_understood_too()
    {
        _rig.Send(new Check { UseCandidate = true }, LiteRig.Home);
        _rig.Configure("they");
        Assert.Equal(LiteRig.Home, _rig.Agent.Selected.Remote);
        _rig.Send(new Check { Sender = "they", UseCandidate = true, Priority = 1 }, LiteRig.Elsewhere);
        Assert.Equal(LiteRig.Elsewhere, _rig.Agent.Selected.Remote);
    }

    [Fact]
    public void Consent_ends_30_seconds_after_the_last_check_or_media_of_the_peer()
    {
        TimeSpan start = _rig.Now;
        _rig.Send(new Check { UseCandidate = true }, LiteRig.Home);
        Assert.Equal(start + IceAgent.ConsentLifetime, _rig.Agent.Deadline);
        _rig.Now += TimeSpan.FromSeconds(20);
        _rig.Send(new Check(), LiteRig.Home);
        Assert.Equal(IceOutcome.None, _rig.Agent.OnTimer(start + TimeSpan.FromSeconds(49)));
        _rig.Agent.OnAuthenticMedia(start + TimeSpan.FromSeconds(49));
        Assert.Equal(IceOutcome.None, _rig.Agent.OnTimer(start + TimeSpan.FromSeconds(78)));
        Assert.Equal(IceOutcome.ConsentLost | IceOutcome.Moved, _rig.Agent.OnTimer(start + TimeSpan.FromSeconds(79)));
        Assert.True(_rig.Agent.Selected.IsEmpty);
        Assert.False(_rig.Agent.Accepts(0, LiteRig.Home));
        Assert.Equal(TimeSpan.MaxValue, _rig.Agent.Deadline);
        _rig.Send(new Check { UseCandidate = true }, LiteRig.Home);
        Assert.True(_rig.Agent.Selected.IsEmpty);    // only a restart brings it back

        _rig.Agent.Restart("freshone", "another-password-987654");
        _rig.Configure("they");
        _rig.Send(new Check { Receiver = "freshone", Sender = "they", Password = "another-password-987654", UseCandidate = true }, LiteRig.Home);
        Assert.Equal(LiteRig.Home, _rig.Agent.Selected.Remote);
    }

    [Fact]
    public void A_peer_that_never_checks_is_given_up_after_30_seconds()
    {
        Assert.Equal(IceOutcome.None, _rig.Agent.OnTimer(_rig.Now + TimeSpan.FromSeconds(29.9)));
        Assert.Equal(IceOutcome.ConsentLost, _rig.Agent.OnTimer(_rig.Now + TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public void Checks_of_consent_allocate_nothing()
    {
        byte[][] checks = [.. Enumerable.Range(0, 400).Select(_ => new Check { UseCandidate = true }.ToBytes())];
        var reply = new byte[400];
        long before = 0;
        for (int i = 0; i < checks.Length; i++)
        {
            if (i == 200) before = GC.GetAllocatedBytesForCurrentThread();
            _rig.Agent.OnDatagram(checks[i], 0, LiteRig.Home, _rig.Now, reply, out _);
        }
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
