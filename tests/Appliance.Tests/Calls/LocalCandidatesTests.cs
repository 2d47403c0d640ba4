using System.Net;
using Rtp.Core.Ice;
using Tandem.Calls;
using Tandem.Media;
using Tandem.Net;
using Xunit;

namespace Appliance.Tests.Calls;

public sealed class LocalCandidatesTests
{
    private static readonly IPAddress s_inside = IPAddress.Parse("192.168.1.2"), s_other = IPAddress.Parse("10.9.0.2"), s_six = IPAddress.Parse("2001:db8::2");
    private static readonly IPAddress s_outside = IPAddress.Parse("203.0.113.8"), s_browser = IPAddress.Parse("198.51.100.20"), s_colleague = IPAddress.Parse("192.168.1.77");

    private static readonly AdvertisedAddresses s_translated = new([s_outside], [IPNetwork.Parse("192.168.1.0/24")]);

    [Fact]
    public void A_browser_outside_is_told_the_outside_address_and_those_that_are_not_translated()
    {
        Assert.Equal([s_outside, s_six], Addresses(new MediaAddress(s_inside, s_outside, s_browser) { Known = s_translated }));
    }

    [Fact]
    public void A_browser_inside_is_told_all_with_our_own_first()
    {
        Assert.Equal([s_inside, s_other, s_six, s_outside], Addresses(new MediaAddress(s_inside, s_inside, s_colleague) { Known = s_translated }));
    }

    [Fact]
    public void Priorities_fall_and_foundations_differ()
    {
        IReadOnlyList<IceCandidate> candidates = Of(new MediaAddress(s_inside, s_inside, s_colleague) { Known = s_translated });
        Assert.Equal(candidates.OrderByDescending(candidate => candidate.Priority), candidates);
        Assert.Equal(candidates.Count, candidates.Select(candidate => candidate.Foundation).Distinct().Count());
        Assert.All(candidates, candidate => Assert.Equal((1, 4000, IceCandidateKind.Host), (candidate.Component, candidate.Port, candidate.Kind)));
        Assert.Equal((126u << 24) + (65535u << 8) + 255, candidates[0].Priority);
    }

    [Theory]
    [InlineData("203.0.113.8", "198.51.100.20", true)]
    [InlineData("192.168.1.2", "192.168.1.77", true)]
    [InlineData("192.168.1.2", "198.51.100.20", false)]
    [InlineData("100.64.3.4", "2001:db8::7", false)]
    [InlineData("127.0.0.1", "127.0.0.1", true)]
    [InlineData("fd00::1", "2001:db8::7", false)]
    [InlineData("2001:db8::2", "2001:db8::7", true)]
    public void We_are_lite_where_the_peer_can_reach_us(string advertised, string peer, bool reachable) =>
        Assert.Equal(reachable, LocalCandidates.AreReachable(new MediaAddress(IPAddress.Any, IPAddress.Parse(advertised), IPAddress.Parse(peer))));

    private static IEnumerable<IPAddress> Addresses(MediaAddress address) => Of(address).Select(candidate => candidate.Address);

    private static IReadOnlyList<IceCandidate> Of(MediaAddress address) => LocalCandidates.Of(
        new MediaLeg(1, new IPEndPoint(s_inside, 4000), 0, 1, _ => { }, _ => { })
        {
            LocalAddresses = [new IPEndPoint(s_inside, 4000), new IPEndPoint(s_other, 4000), new IPEndPoint(s_six, 4000)],
        }, address);
}
