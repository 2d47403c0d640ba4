using Sip.Core.Transactions;
using Xunit;
using static Sip.Core.Transactions.InviteServerState;
using static Sip.Core.Transactions.TransactionActions;

namespace Sip.Core.Tests.Transactions;

/// <summary>RFC 3261 §17.2.1 with RFC 6026 §7.1: timers G, H, I and L.</summary>
public sealed class InviteServerTransactionTests
{
    private readonly InviteServerTransaction _udp = new(SipTimers.Rfc3261, reliable: false);
    private readonly InviteServerTransaction _tcp = new(SipTimers.Rfc3261, reliable: true);

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);

    [Fact]
    public void Without_an_ACK_a_486_is_resent_from_T1_doubling_to_T2_until_TimerH()
    {
        _udp.OnResponse(486, now: TimeSpan.Zero);
        List<double> at = [];
        TransactionActions last = None;
        while (_udp.State == Completed)
        {
            at.Add(_udp.Deadline.TotalSeconds);
            last = _udp.OnTimer(_udp.Deadline);
        }
        Assert.Equal([0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5, 32], at);
        Assert.Equal(TimedOut | Terminate, last);
    }

    [Fact]
    public void An_INVITE_that_comes_again_gets_the_last_response_or_nothing_yet()
    {
        Assert.Equal(None, _udp.OnInvite());
        Assert.Equal(SendResponse, _udp.OnResponse(100, At(0)));
        Assert.Equal(SendResponse, _udp.OnInvite());
        Assert.Equal(SendResponse, _udp.OnResponse(180, At(1)));
        Assert.Equal(SendResponse, _udp.OnInvite());
        Assert.Equal(SendResponse, _udp.OnResponse(486, At(2)));
        Assert.Equal(SendResponse, _udp.OnInvite());
    }

    [Fact]
    public void The_ACK_stops_the_resending_and_TimerI_absorbs_its_copies()
    {
        _udp.OnResponse(486, At(0));
        Assert.Equal(None, _udp.OnAck(At(1)));
        Assert.Equal((Confirmed, At(6)), (_udp.State, _udp.Deadline));
        Assert.Equal(None, _udp.OnAck(At(2)));
        Assert.Equal(None, _udp.OnInvite());
        Assert.Equal(Terminate, _udp.OnTimer(At(6)));
    }

    [Fact]
    public void Over_a_reliable_transport_a_failure_is_sent_once_and_the_ACK_ends_it()
    {
        _tcp.OnResponse(486, At(0));
        Assert.Equal(At(32), _tcp.Deadline);
        Assert.Equal(Terminate, _tcp.OnAck(At(1)));
    }

    [Fact]
    public void A_2xx_is_resent_by_the_user_and_INVITEs_are_absorbed_until_TimerL()
    {
        Assert.Equal(SendResponse, _udp.OnResponse(200, At(0)));
        Assert.Equal((Accepted, At(32)), (_udp.State, _udp.Deadline));
        Assert.Equal(None, _udp.OnInvite());
        Assert.Equal(SendResponse, _udp.OnResponse(200, At(0.5)));
        Assert.Equal(None, _udp.OnResponse(486, At(1)));
        Assert.Equal(PassUp, _udp.OnAck(At(2)));
        Assert.Equal(At(32), _udp.Deadline);
        Assert.Equal(Terminate, _udp.OnTimer(At(32)));
    }

    [Fact]
    public void A_transport_error_is_told_and_ends_nothing()
    {
        Assert.Equal(TransportFailed, _udp.OnTransportError());
        _udp.OnResponse(200, At(0));
        Assert.Equal(TransportFailed, _udp.OnTransportError());
        Assert.Equal(Accepted, _udp.State);
    }

    [Fact]
    public void After_a_final_response_no_provisional_one_is_sent()
    {
        _udp.OnResponse(486, At(0));
        Assert.Equal(None, _udp.OnResponse(180, At(1)));
        Assert.Equal(None, _udp.OnResponse(200, At(1)));
    }
}
