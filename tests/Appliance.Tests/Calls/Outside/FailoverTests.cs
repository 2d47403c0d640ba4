using Tandem.Calls.Outside;
using Tandem.Routing;
using Tandem.Signalling;
using Xunit;

namespace Appliance.Tests.Calls.Outside;

/// <summary>When another gateway is tried, what the caller is told when none helps, and where a 3xx may lead.</summary>
public sealed class FailoverTests
{
    [Theory]
    [InlineData(InviteOutcome.TransportFailed, 503, 0, false, true)]
    [InlineData(InviteOutcome.TimedOut, 408, 0, false, true)]
    [InlineData(InviteOutcome.TimedOut, 408, 0, true, false)]
    [InlineData(InviteOutcome.Rejected, 408, 0, false, true)]
    [InlineData(InviteOutcome.Rejected, 408, 0, true, false)]
    [InlineData(InviteOutcome.Rejected, 500, 0, true, true)]
    [InlineData(InviteOutcome.Rejected, 503, 0, false, true)]
    [InlineData(InviteOutcome.Rejected, 503, 34, false, true)]
    [InlineData(InviteOutcome.Rejected, 503, 17, false, false)]
    [InlineData(InviteOutcome.Rejected, 500, 1, false, false)]
    [InlineData(InviteOutcome.Rejected, 407, 0, false, true)]
    [InlineData(InviteOutcome.Rejected, 420, 0, false, true)]
    [InlineData(InviteOutcome.Rejected, 404, 0, false, false)]
    [InlineData(InviteOutcome.Rejected, 486, 0, false, false)]
    [InlineData(InviteOutcome.Rejected, 603, 0, false, false)]
    [InlineData(InviteOutcome.Cancelled, 487, 0, false, false)]
    public void Another_gateway_is_tried_where_this_one_failed_and_not_the_call(InviteOutcome outcome, int status, int cause, bool rang, bool expected) =>
        Assert.Equal(expected, Failover.Helps(outcome, status, cause, rang));

    [Theory]
    [InlineData(404, 0, 404)]
    [InlineData(486, 17, 486)]
    [InlineData(503, 17, 486)]
    [InlineData(500, 1, 404)]
    [InlineData(503, 34, 502)]
    [InlineData(503, 0, 502)]
    [InlineData(500, 0, 502)]
    [InlineData(401, 0, 502)]
    [InlineData(421, 0, 502)]
    [InlineData(408, 0, 504)]
    [InlineData(302, 0, 502)]
    [InlineData(603, 21, 603)]
    public void The_caller_is_told_what_it_means_and_never_503(int status, int cause, int expected) =>
        Assert.Equal(expected, Failover.CallerStatus(status, cause));

    [Fact]
    public void Causes_and_statuses_say_the_same_in_both_directions()
    {
        foreach (int status in (int[])[404, 410, 484, 486])
            Assert.Equal(status, Q850.StatusOf(Q850.CauseOf(status)));
        Assert.Equal("Q.850;cause=17;text=\"User busy\"", Q850.Reason(17));
        Assert.Equal(17, Q850.CauseIn("q.850 ;cause=17;text=\"a;cause=3\""));
        Assert.Equal(0, Q850.CauseIn("SIP;cause=200"));
        Assert.Equal(0, Q850.CauseIn("Q.850;cause=900"));
    }

    private static readonly Carrier s_carrier = new() { Name = "c", Sources = ["192.0.2.0/28", "198.51.100.9"] };
    private static readonly Gateway[] s_gateways = [new("c", "g", "sip:gw.example:5080")];

    [Theory]
    [InlineData("sip:1@gw.example", true)]
    [InlineData("sip:1@GW.example:5090;transport=tcp", true)]
    [InlineData("sip:1@192.0.2.14", true)]
    [InlineData("sip:1@198.51.100.9", true)]
    [InlineData("sip:1@192.0.2.16", false)]
    [InlineData("sip:1@other.example", false)]
    [InlineData("sip:1@gw.example.evil.example", false)]
    [InlineData("sip:gw.example", false)]
    [InlineData("sip:1@gw.example?Replaces=1", false)]
    [InlineData("tel:+34911", false)]
    [InlineData("http://gw.example", false)]
    public void A_redirection_leads_to_the_same_carrier_or_nowhere(string contact, bool followed) =>
        Assert.Equal(followed ? contact : null, Redirection.Target(contact, s_carrier, s_gateways));
}
