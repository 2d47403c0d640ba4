using Sip.Core.Transactions;
using Xunit;
using static Sip.Core.Transactions.InviteClientState;
using static Sip.Core.Transactions.TransactionActions;

namespace Sip.Core.Tests.Transactions;

/// <summary>RFC 3261 §17.1.1 with RFC 6026 §7.2: timers A, B, D and M.</summary>
public sealed class InviteClientTransactionTests
{
    private readonly InviteClientTransaction _udp = new(SipTimers.Rfc3261, reliable: false);
    private readonly InviteClientTransaction _tcp = new(SipTimers.Rfc3261, reliable: true);

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);

    [Fact]
    public void Without_a_response_the_request_is_resent_doubling_without_limit_until_TimerB()
    {
        Assert.Equal(SendRequest, _udp.Start(TimeSpan.Zero));
        List<double> at = [];
        TransactionActions last = None;
        while (_udp.State == Calling)
        {
            at.Add(_udp.Deadline.TotalSeconds);
            last = _udp.OnTimer(_udp.Deadline);
        }
        Assert.Equal([0.5, 1.5, 3.5, 7.5, 15.5, 31.5, 32], at);
        Assert.Equal(TimedOut | Terminate, last);
    }

    [Fact]
    public void Over_a_reliable_transport_only_TimerB_runs()
    {
        _tcp.Start(TimeSpan.Zero);
        Assert.Equal(At(32), _tcp.Deadline);
        Assert.Equal(None, _tcp.OnTimer(At(31)));
        Assert.Equal(TimedOut | Terminate, _tcp.OnTimer(At(32)));
    }

    [Fact]
    public void A_provisional_response_stops_every_timer()
    {
        _udp.Start(TimeSpan.Zero);
        Assert.Equal(PassUp, _udp.OnResponse(180, At(1)));
        Assert.Equal((Proceeding, TimeSpan.MaxValue), (_udp.State, _udp.Deadline));
        Assert.Equal(PassUp, _udp.OnResponse(183, At(2)));
        Assert.Equal(None, _udp.OnTimer(At(1000)));
    }

    [Fact]
    public void A_2xx_is_accepted_and_its_copies_and_forks_are_passed_up_until_TimerM()
    {
        _udp.Start(TimeSpan.Zero);
        Assert.Equal(PassUp, _udp.OnResponse(200, At(1)));
        Assert.Equal((Accepted, At(33)), (_udp.State, _udp.Deadline));
        Assert.Equal(PassUp, _udp.OnResponse(200, At(5)));
        Assert.Equal(None, _udp.OnResponse(180, At(5)));
        Assert.Equal(None, _udp.OnResponse(486, At(5)));
        Assert.Equal(At(33), _udp.Deadline);
        Assert.Equal(Terminate, _udp.OnTimer(At(33)));
    }

    [Theory]
    [InlineData(300)]
    [InlineData(487)]
    [InlineData(699)]
    public void A_failure_is_passed_up_once_and_acknowledged_each_time_until_TimerD(int status)
    {
        _udp.Start(TimeSpan.Zero);
        Assert.Equal(PassUp | SendAck, _udp.OnResponse(status, At(1)));
        Assert.Equal((Completed, At(33)), (_udp.State, _udp.Deadline));
        Assert.Equal(SendAck, _udp.OnResponse(status, At(2)));
        Assert.Equal(None, _udp.OnResponse(200, At(2)));
        Assert.Equal(None, _udp.OnResponse(180, At(2)));
        Assert.Equal(Terminate, _udp.OnTimer(At(33)));
    }

    [Fact]
    public void Over_a_reliable_transport_a_failure_ends_it()
    {
        _tcp.Start(TimeSpan.Zero);
        Assert.Equal(PassUp | SendAck | Terminate, _tcp.OnResponse(486, At(1)));
        Assert.Equal(None, _tcp.OnResponse(486, At(1)));
    }

    [Fact]
    public void A_transport_error_ends_it_while_something_is_being_sent()
    {
        _udp.Start(TimeSpan.Zero);
        Assert.Equal(TransportFailed | Terminate, _udp.OnTransportError());
        var proceeding = new InviteClientTransaction(SipTimers.Rfc3261, reliable: false);
        proceeding.Start(TimeSpan.Zero);
        proceeding.OnResponse(100, At(1));
        Assert.Equal(None, proceeding.OnTransportError());
        proceeding.OnResponse(500, At(1));
        Assert.Equal(TransportFailed | Terminate, proceeding.OnTransportError());
    }

    [Fact]
    public void TimerD_is_never_under_32_s()
    {
        var fast = new InviteClientTransaction(SipTimers.Rfc3261 with { T1 = TimeSpan.FromMilliseconds(100) }, reliable: false);
        fast.Start(TimeSpan.Zero);
        fast.OnResponse(486, TimeSpan.Zero);
        Assert.Equal(At(32), fast.Deadline);
    }
}
