using Rtp.Core.Ice;
using Rtp.Core.Stun;
using Xunit;

namespace RtpCoreTests.IceAgents;

public sealed class IceAttackTests
{
    private readonly LiteRig _rig = new();

    public IceAttackTests() => _rig.Send(new Check { UseCandidate = true }, LiteRig.Home);

    [Fact]
    public void Forged_checks_change_nothing_and_are_counted()
    {
        var before = _rig.State;
        Check forged = new() { UseCandidate = true, Priority = uint.MaxValue };
        foreach (Check check in new[]
        {
            forged with { Password = "our-password-0123456788" },
            forged with { Receiver = "unknown1" },
            forged with { Receiver = "" },
            forged with { Sender = "other" },
            forged with { Signed = false },
        })
        {
            _rig.Now += TimeSpan.FromSeconds(1);
            Assert.Equal(IceOutcome.None, _rig.Send(check, LiteRig.Elsewhere));
            Assert.Equal(check.Signed ? 401 : 400, _rig.AnswerCode);
            Assert.True(StunView.TryParse(_rig.Answer, out StunView answer) && !answer.HasIntegrity);
            Assert.False(_rig.Agent.Accepts(0, LiteRig.Elsewhere));
        }
        Assert.Equal(before, _rig.State);
        Assert.Equal(5, _rig.Agent.Counters.NotAuthentic);
    }

    [Fact]
    public void Refusals_are_few_whatever_is_asked()
    {
        int answers = 0;
        for (int i = 0; i < 10_000; i++, _rig.Now += TimeSpan.FromMilliseconds(0.1))
        {
            _rig.Send(new Check { Password = "wrong" }, LiteRig.Elsewhere);
            if (_rig.Answer.Length > 0) answers++;
        }
        Assert.InRange(answers, 9, 11);
    }

    [Fact]
    public void A_check_that_was_copied_counts_only_from_where_it_first_came()
    {
        var before = _rig.State;
        byte[] overheard = new Check { UseCandidate = true, Priority = uint.MaxValue }.ToBytes();
        _rig.Send(overheard, LiteRig.Home);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(IceOutcome.None, _rig.Send(overheard, LiteRig.Elsewhere));
            Assert.Empty(_rig.Answer);
        }
        _rig.Send(overheard, LiteRig.Home);
        Assert.Equal(0, _rig.AnswerCode);    // its own sender asks again: the answer was lost
        Assert.Equal(before, _rig.State);
        Assert.Equal(3, _rig.Agent.Counters.Replayed);
        Assert.False(_rig.Agent.Accepts(0, LiteRig.Elsewhere));
    }

    [Fact]
    public void Responses_and_indications_out_of_the_blue_change_nothing()
    {
        var before = _rig.State;
        var packet = new byte[400];
        foreach (StunClass type in new[] { StunClass.Indication, StunClass.SuccessResponse, StunClass.ErrorResponse })
        {
            var writer = new StunWriter(packet, type, new StunTransactionId(1, 1));
            writer.AddErrorCode(StunErrors.RoleConflict);
            writer.AddIntegrity("our-password-0123456789"u8);
            writer.AddFingerprint();
            Assert.Equal(IceOutcome.None, _rig.Send(packet[..writer.Length], LiteRig.Home));
            Assert.Empty(_rig.Answer);
        }
        Assert.Equal(before, _rig.State);
    }

    [Fact]
    public void Mutated_checks_from_a_stranger_never_throw_and_change_nothing()
    {
        var before = _rig.State;
        byte[] original = new Check { UseCandidate = true, Priority = uint.MaxValue }.ToBytes();
        _rig.Send(original, LiteRig.Home);
        var random = new Random(8445);
        for (int i = 0; i < 100_000; i++)
        {
            byte[] message = [.. original];
            for (int changes = random.Next(1, 8); changes > 0; changes--) message[random.Next(message.Length)] ^= (byte)(1 << random.Next(8));
            if (random.Next(4) == 0) message = message[..random.Next(message.Length)];
            _rig.Send(message, LiteRig.Elsewhere);
        }
        Assert.Equal(before, _rig.State);
        Assert.False(_rig.Agent.Accepts(0, LiteRig.Elsewhere));
        Assert.True(_rig.Agent.Counters.Malformed > 90_000);
    }

    [Fact]
    public void A_peer_with_countless_addresses_keeps_the_chosen_one_and_costs_bounded_memory()
    {
        TransportAddress chosen = _rig.Agent.Selected.Remote;
        for (int port = 10_000; port < 20_000; port++) _rig.Send(new Check { Priority = 1 }, Check.At("198.51.100.9", port));
        Assert.Equal(chosen, _rig.Agent.Selected.Remote);
        // Tests that run beside this one hold memory of their own for a while; what is left behind is left in every round.
        long growth = long.MaxValue;
        for (int round = 0; round < 5 && growth > 1_000_000; round++)
        {
            long before = GC.GetTotalMemory(forceFullCollection: true);
            for (int port = 20_000; port < 40_000; port++) _rig.Send(new Check { Priority = 1 }, Check.At($"198.51.{100 + round}.9", port));
            growth = Math.Min(growth, GC.GetTotalMemory(forceFullCollection: true) - before);
        }

        Assert.InRange(growth, long.MinValue, 1_000_000);
        Assert.Equal(chosen, _rig.Agent.Selected.Remote);
    }
}
