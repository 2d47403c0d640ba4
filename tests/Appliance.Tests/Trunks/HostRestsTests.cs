using System.Net;
using Tandem.Net;
using Tandem.Signalling;
using Tandem.Trunks;
using Xunit;

namespace Tandem.Tests.Trunks;

/// <summary>The hosts of one name, in the order in which a call tries them.</summary>
public sealed class HostRestsTests
{
    private static readonly Hop s_one = Hop(1), s_two = Hop(2), s_three = Hop(3);
    private static readonly TimeSpan s_rest = TimeSpan.FromSeconds(30);

    private readonly HostRests _hosts = new();

    private static Hop Hop(int number) => new(SipTransport.Udp, new IPEndPoint(IPAddress.Parse($"10.0.0.{number}"), 5060), "gw.example", Fixed: true);

    private IEnumerable<Hop> At(double seconds) => _hosts.Order([s_one, s_two, s_three], TimeSpan.FromSeconds(seconds));

    [Fact]
    public void One_that_failed_is_tried_last_until_its_rest_is_over()
    {
        Assert.Equal([s_one, s_two, s_three], At(0));
        _hosts.Failed(s_one, s_rest, TimeSpan.Zero);
        Assert.Equal([s_two, s_three, s_one], At(29));
        _hosts.Failed(s_two, TimeSpan.FromSeconds(5), TimeSpan.Zero);
        Assert.Equal([s_three, s_one, s_two], At(4));
        Assert.Equal([s_two, s_three, s_one], At(6));
        Assert.Equal([s_one, s_two, s_three], At(30));
    }

    [Fact]
    public void One_that_works_again_rests_no_more()
    {
        _hosts.Failed(s_one, s_rest, TimeSpan.Zero);
        _hosts.Worked(s_one);
        Assert.Equal([s_one, s_two, s_three], At(1));
    }

    [Fact]
    public void Nobody_rests_for_days_and_a_lone_host_is_always_tried()
    {
        _hosts.Failed(s_one, TimeSpan.FromDays(9), TimeSpan.Zero);
        Assert.Equal([s_one], _hosts.Order([s_one], TimeSpan.Zero));
        Assert.Equal([s_one, s_two, s_three], At(3601));
    }
}
