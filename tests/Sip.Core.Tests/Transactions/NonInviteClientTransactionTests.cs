using Sip.Core.Transactions;
using Xunit;
using static Sip.Core.Transactions.NonInviteClientState;
using static Sip.Core.Transactions.TransactionActions;

namespace Sip.Core.Tests.Transactions;

/// <summary>RFC 3261 §17.1.2: timers E, F and K.</summary>
public sealed class NonInviteClientTransactionTests
{
    private readonly NonInviteClientTransaction _udp = new(SipTimers.Rfc3261, reliable: false);

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);

    [Fact]
    public void Without_a_response_the_request_is_resent_doubling_to_T2_until_TimerF()
    {
        Assert.Equal(SendRequest, _udp.Start(TimeSpan.Zero));
        List<double> at = [];
        TransactionActions last = None;
        while (_udp.State == Trying)
        {
            at.Add(_udp.Deadline.TotalSeconds);
            last = _udp.OnTimer(_udp.Deadline);
        }
        Assert.Equal([0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5, 32], at);
        Assert.Equal(TimedOut | Terminate, last);
    }

    [Fact]
    public void After_a_provisional_response_it_is_resent_each_T2_and_TimerF_stands()
    {
        _udp.Start(TimeSpan.Zero);
        Assert.Equal(PassUp, _udp.OnResponse(100, At(0.2)));
        List<double> at = [];
        while (_udp.State == Proceeding)
        {
            at.Add(_udp.Deadline.TotalSeconds);
            _udp.OnTimer(_udp.Deadline);
        }
        Assert.Equal([0.5, 4.5, 8.5, 12.5, 16.5, 20.5, 24.5, 28.5, 32], at);
    }

    [Fact]
    public void A_final_response_is_passed_up_once_and_its_copies_are_absorbed_for_TimerK()
    {
        _udp.Start(TimeSpan.Zero);
        Assert.Equal(PassUp, _udp.OnResponse(200, At(1)));
        Assert.Equal((Completed, At(6)), (_udp.State, _udp.Deadline));
        Assert.Equal(None, _udp.OnResponse(200, At(2)));
        Assert.Equal(None, _udp.OnTransportError());
        Assert.Equal(Terminate, _udp.OnTimer(At(6)));
    }

    [Fact]
    public void Over_a_reliable_transport_nothing_is_resent_and_a_final_response_ends_it()
    {
        var tcp = new NonInviteClientTransaction(SipTimers.Rfc3261, reliable: true);
        tcp.Start(TimeSpan.Zero);
        Assert.Equal(At(32), tcp.Deadline);
        Assert.Equal(PassUp, tcp.OnResponse(100, At(1)));
        Assert.Equal(At(32), tcp.Deadline);
        Assert.Equal(PassUp | Terminate, tcp.OnResponse(404, At(2)));
    }

    [Fact]
    public void A_transport_error_ends_it()
    {
        _udp.Start(TimeSpan.Zero);
        Assert.Equal(TransportFailed | Terminate, _udp.OnTransportError());
    }
}
