using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Signalling;
using Tandem.Tests.Signalling;
using Xunit;

namespace Appliance.Tests.Signalling;

/// <summary>Names asked for at a real server over a real socket (RFC 3263 through DNS).</summary>
public sealed class DnsNamesTests : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    private readonly DnsServer _server = new();
    private readonly DnsNames _names;
    private readonly HopSearch _search;

    public DnsNamesTests()
    {
        _names = new DnsNames([_server.Address], NullLogger.Instance);
        _search = new HopSearch(_names, below => below - 1);
    }

    public void Dispose() => _server.Dispose();

    private async Task<string> FindAsync(string host) => string.Join(' ',
        (await _search.FindAsync(host, null, secure: false, port: 0).WaitAsync(_patience, TestContext.Current.CancellationToken)).Hops.Select(hop => $"{hop.Transport}:{hop.Address}"));

    [Fact]
    public async Task NAPTR_SRV_and_addresses_lead_to_the_hosts_in_their_order()
    {
        _server.Naptr("acme.example", 20, 0, "SIP+D2U", "_sip._udp.acme.example");
        _server.Naptr("acme.example", 10, 0, "SIP+D2T", "_sip._tcp.acme.example");
        _server.Srv("_sip._tcp.acme.example", 20, 0, 5062, "two.acme.example");
        _server.Srv("_sip._tcp.acme.example", 10, 0, 5061, "one.acme.example");
        _server.A("one.acme.example", "192.0.2.1");
        _server.Aaaa("one.acme.example", "2001:db8::1");
        _server.A("two.acme.example", "192.0.2.2");
        Assert.Equal("Tcp:192.0.2.1:5061 Tcp:[2001:db8::1]:5061 Tcp:192.0.2.2:5062", await FindAsync("acme.example"));
    }

    [Fact]
    public async Task What_a_name_leads_to_holds_as_long_as_the_shortest_answer_on_the_way()
    {
        _server.Srv("_sip._udp.acme.example", 10, 0, 5061, "one.acme.example", ttl: 900);
        _server.Srv("_sip._udp.acme.example", 20, 0, 5061, "two.acme.example", ttl: 800);
        _server.A("one.acme.example", "192.0.2.1", ttl: 3600);
        _server.A("two.acme.example", "192.0.2.2", ttl: 700);
        TimeSpan lifetime = (await _search.FindAsync("acme.example", null, secure: false, port: 0).WaitAsync(_patience, TestContext.Current.CancellationToken)).Lifetime;
        Assert.InRange(lifetime.TotalSeconds, 700 - _patience.TotalSeconds, 700);
    }

    [Fact]
    public async Task A_plain_host_is_found_and_an_unknown_name_is_not()
    {
        _server.A("plain.example", "192.0.2.7");
        Assert.Equal("Udp:192.0.2.7:5060", await FindAsync("plain.example"));
        Assert.Equal("", await FindAsync("unknown.example"));
    }

    [Fact]
    public async Task Answers_are_kept_for_their_time_to_live_and_no_longer()
    {
        _server.A("short.example", "192.0.2.1", ttl: 1);
        _server.A("long.example", "192.0.2.3", ttl: 3600);
        Assert.Equal("192.0.2.3", Assert.Single((await _names.AddressesAsync("long.example").WaitAsync(_patience, TestContext.Current.CancellationToken)).Records).ToString());
        Assert.Equal("192.0.2.1", Assert.Single((await _names.AddressesAsync("short.example").WaitAsync(_patience, TestContext.Current.CancellationToken)).Records).ToString());
        _server.Remove("short.example");
        _server.A("short.example", "192.0.2.2", ttl: 1);
        DateTime end = DateTime.UtcNow + _patience;
        string now;
        do
        {
            now = (await _names.AddressesAsync("short.example").WaitAsync(_patience, TestContext.Current.CancellationToken)).Records[0].ToString();
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
        while (now != "192.0.2.2" && DateTime.UtcNow < end);
        Assert.Equal("192.0.2.2", now);
        await _names.AddressesAsync("long.example").WaitAsync(_patience, TestContext.Current.CancellationToken);
        Assert.Equal(1, _server.Asked("long.example", "A"));
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_no_answer_and_no_fault()
    {
        _server.IsMute = true;
        Assert.Empty((await _names.AddressesAsync("mute.example").WaitAsync(_patience, TestContext.Current.CancellationToken)).Records);
        Assert.True(_server.Asked("mute.example", "A") >= 1);
    }

    [Fact]
    public async Task This_host_needs_no_server() =>
        Assert.Equal([IPAddress.Loopback, IPAddress.IPv6Loopback], (await _names.AddressesAsync("LocalHost")).Records);
}
