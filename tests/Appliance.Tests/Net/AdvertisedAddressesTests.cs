using System.Net;
using Tandem.Net;
using Xunit;

namespace Appliance.Tests.Net;

public sealed class AdvertisedAddressesTests
{
    private static readonly AdvertisedAddresses s_behindNat = new(
        [IPAddress.Parse("198.51.100.7"), IPAddress.Parse("2001:db8::7")], [IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("fd00::/8")]);

    [Theory]
    [InlineData("203.0.113.5", "10.1.1.1", "198.51.100.7")]
    [InlineData("10.2.3.4", "10.1.1.1", "10.1.1.1")]
    [InlineData("127.0.0.1", "127.0.0.1", "127.0.0.1")]
    [InlineData("169.254.3.3", "169.254.1.1", "169.254.1.1")]
    [InlineData("2001:db8:1::5", "fd00::1", "2001:db8::7")]
    [InlineData("fd00::5", "fd00::1", "fd00::1")]
    [InlineData("::1", "::1", "::1")]
    [InlineData("fe80::5", "fe80::1%3", "fe80::1")]
    public void Outside_the_local_networks_we_are_called_by_the_external_address(string remote, string local, string expected) =>
        Assert.Equal(IPAddress.Parse(expected), s_behindNat.For(IPAddress.Parse(remote), IPAddress.Parse(local)));

    [Fact]
    public void An_external_address_of_the_other_family_does_not_count()
    {
        var four = new AdvertisedAddresses([IPAddress.Parse("198.51.100.7")], []);
        Assert.Equal(IPAddress.Parse("2001:db8::1"), four.For(IPAddress.Parse("2001:db8:1::5"), IPAddress.Parse("2001:db8::1")));
    }

    [Fact]
    public void Without_a_known_local_address_routing_is_asked()
    {
        var plain = new AdvertisedAddresses([], []);
        Assert.Equal(IPAddress.Loopback, plain.For(IPAddress.Parse("127.0.0.9"), IPAddress.Any));
        Assert.Equal(IPAddress.IPv6Loopback, plain.For(IPAddress.IPv6Loopback, IPAddress.IPv6Any));
    }

    [Fact]
    public void Connections_are_counted_by_address_and_by_the_64_of_IPv6()
    {
        var limits = new ConnectionLimits(total: 4, perSource: 2);
        IPAddress one = IPAddress.Parse("2001:db8::1"), two = IPAddress.Parse("2001:db8::ffff"), other = IPAddress.Parse("2001:db8:0:1::1");
        Assert.True(limits.TryEnter(one) && limits.TryEnter(two));
        Assert.False(limits.TryEnter(one));
        Assert.True(limits.TryEnter(other) && limits.TryEnterOutgoing());
        Assert.False(limits.TryEnter(IPAddress.Loopback));
        Assert.False(limits.TryEnterOutgoing());
        limits.Leave(two);
        Assert.True(limits.TryEnter(one));
        Assert.Equal(4, limits.Count);
    }
}
