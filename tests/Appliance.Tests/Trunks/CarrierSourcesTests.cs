using System.Net;
using Tandem.Routing;
using Tandem.Trunks;
using Xunit;

namespace Tandem.Tests.Trunks;

/// <summary>Which carrier a packet's source belongs to.</summary>
public sealed class CarrierSourcesTests
{
    private static readonly Carrier _wide = new() { Name = "wide", Sources = ["198.51.0.0/16", "2001:db8::/32"] };
    private static readonly Carrier _narrow = new() { Name = "narrow", Sources = ["198.51.100.0/24", "192.0.2.9"] };
    private static readonly Carrier _off = new() { Name = "off", Sources = ["203.0.113.0/24"], Enabled = false };

    private readonly CarrierSources _sources = new(
        TrunkDirectory.Of([_wide, _narrow, _off], [new Gateway("wide", "a", "sip:a"), new Gateway("wide", "b", "sip:b") { Enabled = false }]),
        gateway => gateway.Name == "a" ? [IPAddress.Parse("198.51.100.7"), IPAddress.Parse("::ffff:192.0.2.1")] : [IPAddress.Parse("192.0.2.2")]);

    [Theory]
    [InlineData("198.51.3.4", "wide")]
    [InlineData("198.51.100.8", "narrow")]
    [InlineData("198.51.100.7", "wide")]
    [InlineData("::ffff:198.51.100.8", "narrow")]
    [InlineData("192.0.2.1", "wide")]
    [InlineData("192.0.2.2", null)]
    [InlineData("192.0.2.9", "narrow")]
    [InlineData("2001:db8:1::5", "wide")]
    [InlineData("203.0.113.5", null)]
    [InlineData("127.0.0.1", null)]
    public void An_address_belongs_to_whoever_names_it_most_closely(string source, string? carrier) =>
        Assert.Equal(carrier, _sources.Find(IPAddress.Parse(source))?.Name);

    [Fact]
    public void Without_carriers_nobody_is_one() => Assert.Null(CarrierSources.Empty.Find(IPAddress.Loopback));
}
