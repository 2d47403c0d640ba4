using Sip.Core.Transactions;
using Xunit;
using static Sip.Core.Transactions.NonInviteServerState;
using static Sip.Core.Transactions.TransactionActions;

namespace Sip.Core.Tests.Transactions;

/// <summary>RFC 3261 §17.2.2 under RFC 4320: timer J and the late 100.</summary>
public sealed class NonInviteServerTransactionTests
{
    private readonly NonInviteServerTransaction _udp = new(SipTimers.Rfc3261, reliable: false, TimeSpan.Zero);

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);

    [Fact]
    public void A_final_response_is_repeated_on_demand_until_TimerJ()
    {
        Assert.Equal(None, _udp.OnRequest());
        Assert.Equal(SendResponse, _udp.OnResponse(200, At(1)));
        Assert.Equal((Completed, At(33)), (_udp.State, _udp.Deadline));
        Assert.Equal(SendResponse, _udp.OnRequest());
        Assert.Equal(None, _udp.OnResponse(500, At(2)));
        Assert.Equal(Terminate, _udp.OnTimer(At(33)));
    }

    [Fact]
    public void Over_a_reliable_transport_the_final_response_ends_it()
    {
        var tcp = new NonInviteServerTransaction(SipTimers.Rfc3261, reliable: true, TimeSpan.Zero);
        Assert.Equal(SendResponse | Terminate, tcp.OnResponse(200, At(1)));
    }

    [Fact]
    public void A_100_goes_out_when_the_client_has_reached_T2_and_not_before()
    {
        Assert.Equal(At(3.5), _udp.Deadline);
        Assert.Equal(None, _udp.OnResponse(100, At(1)));
        Assert.Equal(None, _udp.OnTimer(At(3)));
        Assert.Equal(SendTrying, _udp.OnTimer(At(3.5)));
        Assert.Equal((Proceeding, TimeSpan.MaxValue), (_udp.State, _udp.Deadline));
        Assert.Equal(SendResponse, _udp.OnRequest());
    }

    [Fact]
    public void Other_provisional_responses_are_never_sent()
    {
        Assert.Equal(None, _udp.OnResponse(180, At(5)));
        Assert.Equal(Trying, _udp.State);
    }

    [Fact]
    public void A_408_is_never_sent()
    {
        Assert.Equal(Terminate, _udp.OnResponse(408, At(5)));
        Assert.Equal(Terminated, _udp.State);
    }

    [Fact]
    public void A_transport_error_ends_it_once_something_was_sent()
    {
        Assert.Equal(None, _udp.OnTransportError());
        _udp.OnResponse(200, At(1));
        Assert.Equal(TransportFailed | Terminate, _udp.OnTransportError());
    }
}
