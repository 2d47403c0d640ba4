using System.Text;
using Sip.Core.Dialogs;
using Sip.Core.Grammar;
using Sip.Core.Messages;
using Sip.Core.Transactions;
using Xunit;

namespace Sip.Core.Tests.Dialogs;

/// <summary>RFC 3262.</summary>
public sealed class ReliableResponsesTests
{
    private readonly ReliableResponses _sent = new(SipTimers.Rfc3261, inviteCSeq: 7, firstRSeq: 100);

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);

    private static RAck Acknowledges(uint rseq, uint cseq = 7, SipMethod method = SipMethod.Invite) => new(rseq, cseq, method);

    [Fact]
    public void Without_a_PRACK_it_is_resent_from_T1_doubling_without_T2_until_64_T1()
    {
        _sent.Send(carriesSession: false, At(0));
        List<double> at = [];
        ReliableEvent last;
        do
        {
            at.Add(_sent.Deadline.TotalSeconds);
            last = _sent.OnTimer(_sent.Deadline);
        }
        while (last == ReliableEvent.Resend);
        Assert.Equal([0.5, 1.5, 3.5, 7.5, 15.5, 31.5, 32], at);
        Assert.Equal((ReliableEvent.GiveUp, TimeSpan.MaxValue), (last, _sent.Deadline));
    }

    [Fact]
    public void Each_response_has_the_next_number_and_only_the_open_one_can_be_acknowledged()
    {
        Assert.Equal(100u, _sent.Send(false, At(0)));
        Assert.True(_sent.IsOpen);
        Assert.True(_sent.OnPrack(Acknowledges(100)));
        Assert.False(_sent.IsOpen);
        Assert.Equal(TimeSpan.MaxValue, _sent.Deadline);
        Assert.False(_sent.OnPrack(Acknowledges(100)));
        Assert.Equal(101u, _sent.Send(false, At(1)));
        Assert.False(_sent.OnPrack(Acknowledges(100)));
        Assert.False(_sent.OnPrack(Acknowledges(102)));
        Assert.False(_sent.OnPrack(Acknowledges(101, cseq: 8)));
        Assert.False(_sent.OnPrack(Acknowledges(101, method: SipMethod.Update)));
        Assert.True(_sent.OnPrack(Acknowledges(101)));
    }

    [Fact]
    public void A_PRACK_before_any_response_matches_nothing() => Assert.False(_sent.OnPrack(Acknowledges(100)));

    [Fact]
    public void A_2xx_waits_for_the_PRACK_of_what_carries_a_session_description_alone()
    {
        _sent.Send(carriesSession: false, At(0));
        Assert.False(_sent.HoldsAccept);
        _sent.OnPrack(Acknowledges(100));
        _sent.Send(carriesSession: true, At(0));
        Assert.True(_sent.HoldsAccept);
        _sent.OnPrack(Acknowledges(101));
        Assert.False(_sent.HoldsAccept);
    }

    [Fact]
    public void After_a_final_response_nothing_is_resent_and_a_late_PRACK_still_fits()
    {
        _sent.Send(false, At(0));
        _sent.Stop();
        Assert.Equal(TimeSpan.MaxValue, _sent.Deadline);
        Assert.Equal(ReliableEvent.None, _sent.OnTimer(At(100)));
        Assert.True(_sent.OnPrack(Acknowledges(100)));
    }

    [Fact]
    public void Received_responses_are_taken_in_order_once_each()
    {
        var received = new ReliableReceipt();
        Assert.True(received.TryTake(988));
        Assert.False(received.TryTake(988));    // again
        Assert.False(received.TryTake(990));    // 989 is missing
        Assert.False(received.TryTake(987));
        Assert.True(received.TryTake(989));
        Assert.True(received.TryTake(990));
        Assert.Equal(990u, received.Last);
        Assert.False(new ReliableReceipt().TryTake(0));
    }

    [Theory]
    [InlineData("776656 1 INVITE", 776656u, 1u)]
    [InlineData("  1\t2   INVITE ", 1u, 2u)]
    public void RAck_names_the_response(string text, uint rseq, uint cseq)
    {
        Assert.True(RAck.TryParse(Encoding.ASCII.GetBytes(text), out RAck rack));
        Assert.Equal(new RAck(rseq, cseq, SipMethod.Invite), rack);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("1 2")]
    [InlineData("x 2 INVITE")]
    [InlineData("1 -2 INVITE")]
    [InlineData("4294967296 2 INVITE")]
    public void What_is_no_RAck_is_refused(string text) => Assert.False(RAck.TryParse(Encoding.ASCII.GetBytes(text), out _));
}
