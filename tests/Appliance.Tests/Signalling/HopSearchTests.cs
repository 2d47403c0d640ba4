using System.Net;
using Tandem.Net;
using Tandem.Signalling;
using Xunit;

namespace Appliance.Tests.Signalling;

/// <summary>From a name to hosts (RFC 3263 §4, RFC 2782), with the answers of DNS given.</summary>
public sealed class HopSearchTests
{
    private readonly VirtualPort _names = new(new VirtualNetwork(), "10.0.0.1:5060");
    private readonly Random _random = new(7);

    public HopSearchTests()
    {
        for (int i = 1; i < 10; i++) _names.Names[$"h{i}.example"] = [IPAddress.Parse($"10.1.0.{i}")];
    }

    private string Find(string host, SipTransport? named = null, bool secure = false, int port = 0)
    {
        var search = new HopSearch(_names.Dns, below => _random.Next(below));
        return string.Join(' ', Rig.Done(search.FindAsync(host, named, secure, port)).Hops.Select(hop => $"{hop.Transport}:{hop.Address}"));
    }

    private void Services(string name, params (int Priority, int Weight, int Port, string Target)[] records) =>
        _names.Services[name] = [.. records.Select(record => new ServiceRecord(record.Priority, record.Weight, record.Port, record.Target))];

    private void Pointers(string name, params (int Order, int Preference, string Service, string Replacement)[] records) =>
        _names.Pointers[name] = [.. records.Select(record => new NamePointer(record.Order, record.Preference, "s", record.Service, record.Replacement))];

    [Fact]
    public void Without_services_a_name_is_a_host_at_the_usual_port()
    {
        Assert.Equal("Udp:10.1.0.1:5060", Find("h1.example"));
        Assert.Equal("Tls:10.1.0.1:5061", Find("h1.example", secure: true));
        Assert.Equal("Tcp:10.1.0.1:5060", Find("h1.example", SipTransport.Tcp));
        Assert.Equal("", Find("nowhere.example"));
    }

    [Fact]
    public void A_port_in_the_URI_rules_services_out()
    {
        Services("_sip._udp.h1.example", (0, 0, 5070, "h2.example"));
        Assert.Equal("Udp:10.1.0.1:5080", Find("h1.example", port: 5080));
    }

    [Fact]
    public void A_named_transport_asks_for_its_own_services_only()
    {
        Services("_sip._udp.x.example", (0, 0, 5070, "h1.example"));
        Services("_sip._tcp.x.example", (0, 0, 5071, "h2.example"));
        Services("_sips._tcp.x.example", (0, 0, 5072, "h3.example"));
        Assert.Equal("Udp:10.1.0.1:5070", Find("x.example", SipTransport.Udp));
        Assert.Equal("Tcp:10.1.0.2:5071", Find("x.example", SipTransport.Tcp));
        Assert.Equal("Tls:10.1.0.3:5072", Find("x.example", SipTransport.Tls));
        Assert.Equal("Tls:10.1.0.3:5072", Find("x.example", secure: true));
        Assert.Equal("Udp:10.1.0.1:5070", Find("x.example"));
    }

    [Fact]
    public void NAPTR_chooses_the_transport_by_order_then_preference()
    {
        Services("_sip._udp.x.example", (0, 0, 5070, "h1.example"));
        Services("tcp.x.example", (0, 0, 5071, "h2.example"));
        Services("tls.x.example", (0, 0, 5072, "h3.example"));
        Pointers("x.example", (50, 10, "SIP+D2S", "sctp.x.example"), (100, 50, "SIP+D2U", "_sip._udp.x.example"), (90, 60, "sip+d2t", "tcp.x.example"),
            (90, 50, "SIPS+D2T", "tls.x.example"));
        Assert.Equal("Tls:10.1.0.3:5072", Find("x.example"));
        _names.Pointers["x.example"] = [.. _names.Pointers["x.example"].Where(pointer => pointer.Service != "SIPS+D2T")];
        Assert.Equal("Tcp:10.1.0.2:5071", Find("x.example"));
    }

    [Fact]
    public void A_pointer_to_services_that_do_not_exist_is_passed_over()
    {
        Services("_sip._udp.x.example", (0, 0, 5070, "h1.example"));
        Pointers("x.example", (10, 0, "SIP+D2T", "gone.example"), (20, 0, "SIP+D2U", "_sip._udp.x.example"));
        Assert.Equal("Udp:10.1.0.1:5070", Find("x.example"));
    }

    [Fact]
    public void Priorities_are_kept_and_every_host_is_there_for_failover()
    {
        Services("_sip._udp.x.example", (20, 5, 5060, "h4.example"), (10, 0, 5061, "h1.example"), (10, 60, 5062, "h2.example"), (10, 40, 5063, "h3.example"));
        for (int i = 0; i < 50; i++)
        {
            string[] hops = Find("x.example").Split(' ');
            Assert.Equal(4, hops.Distinct().Count());
            Assert.Equal("Udp:10.1.0.4:5060", hops[3]);
        }
    }

    [Fact]
    public void Within_a_priority_the_weights_share()
    {
        Services("_sip._udp.x.example", (10, 60, 5060, "h1.example"), (10, 30, 5060, "h2.example"), (10, 10, 5060, "h3.example"), (10, 0, 5060, "h4.example"));
        var first = Enumerable.Range(0, 10_000).Select(_ => Find("x.example").Split(' ')[0]).CountBy(hop => hop).ToDictionary();
        Assert.InRange(first["Udp:10.1.0.1:5060"], 5700, 6300);
        Assert.InRange(first["Udp:10.1.0.2:5060"], 2700, 3300);
        Assert.InRange(first["Udp:10.1.0.3:5060"], 800, 1200);
        Assert.InRange(first["Udp:10.1.0.4:5060"], 1, 300);
    }

    [Fact]
    public void A_service_that_is_not_offered_leads_nowhere()
    {
        Services("_sip._udp.h1.example", (0, 0, 0, "."));
        Assert.Equal("", Find("h1.example"));
    }

    [Fact]
    public void A_target_without_an_address_is_left_out()
    {
        Services("_sip._udp.x.example", (10, 0, 5060, "gone.example"), (20, 0, 5060, "h2.example."));
        Assert.Equal("Udp:10.1.0.2:5060", Find("x.example"));
    }
}
