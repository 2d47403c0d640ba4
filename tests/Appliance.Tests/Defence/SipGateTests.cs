using System.Net;
using System.Text;
using Sip.Core.Messages;
using Tandem.Configuration;
using Tandem.Defence;
using Tandem.Net;
using Tandem.Net.Interop;
using Xunit;

namespace Tandem.Tests.Defence;

public class SipGateTests
{
    private static readonly DateTimeOffset s_today = new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero);

    private readonly List<Ban> _banned = [];
    private readonly HashSet<string> _carriers = ["198.18.0.1"];

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(1000 + seconds);

    private SipGate Gate(DefenceOptions? options = null)
    {
        double now = 0;
        var gate = new SipGate(options ?? new DefenceOptions(), new NetworkList([IPNetwork.Parse("10.0.0.0/8")], address => _carriers.Contains(address.ToString())),
            () => s_today.AddSeconds(now));
        gate.Banned = _banned.Add;
        return gate;
    }

    private static bool Sends(SipGate gate, string from, string what = "INVITE sip:x SIP/2.0", double at = 0) =>
        gate.AdmitsDatagram(NativeSocketAddress.From(IPAddress.Parse(from), 5060), Encoding.ASCII.GetBytes(what), At(at));

    private static int Passed(SipGate gate, string from, int count, string what = "INVITE sip:x SIP/2.0", double at = 0) =>
        Enumerable.Range(0, count).Count(_ => Sends(gate, from, what, at));

    private static SipMessage Request(string method, string agent = "phone", string to = "<sip:1001@h>", string from = "<sip:a@h>;tag=1")
    {
        var message = new SipMessage();
        Assert.Equal(SipParseError.None, message.Parse(Encoding.ASCII.GetBytes($"{method} sip:h SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nFrom: {from}\r\nTo: {to}\r\n" +
            $"Call-ID: c\r\nCSeq: 1 {method}\r\nMax-Forwards: 70\r\nUser-Agent: {agent}\r\nContent-Length: 0\r\n\r\n")));
        return message;
    }

    private static SipFlow Flow(string remote, SipTransport transport = SipTransport.Udp) =>
        new(transport, new IPEndPoint(IPAddress.Loopback, 5060), new IPEndPoint(IPAddress.Parse(remote), 5060), null!);

    [Theory]
    [InlineData("INVITE sip:x SIP/2.0", 100)]
    [InlineData("REGISTER sip:x SIP/2.0", 200)]
    [InlineData("OPTIONS sip:x SIP/2.0", 100)]
    [InlineData("MESSAGE sip:x SIP/2.0", 50)]
    [InlineData("\x16\x03junk", 50)]
    [InlineData("ACK sip:x SIP/2.0", 1000)]
    public void A_source_may_send_five_seconds_worth_of_each_kind_at_once(string what, int passes)
    {
        SipGate gate = Gate(new DefenceOptions { StrangersPerSecond = 100_000 });
        Assert.Equal(passes, Passed(gate, "203.0.113.7", 2000, what));
        Assert.Equal(passes / 5, Passed(gate, "203.0.113.7", 2000, what, at: 1));
        Assert.Equal(passes, Passed(gate, "203.0.113.8", 2000, what, at: 1));
        Assert.Equal(2000 - passes, gate.Counters[DefenceCount.TooFast] - (2000 - (passes / 5)) - (2000 - passes));
    }

    [Theory]
    [InlineData("10.1.2.3")]
    [InlineData("198.18.0.1")]
    public void Networks_of_the_list_and_carriers_are_held_by_nothing(string from)
    {
        SipGate gate = Gate(new DefenceOptions { StrangersPerSecond = 1 });
        gate.BanSource(SourceKey.Of(IPAddress.Parse(from)), "test", TimeSpan.FromHours(1), At(0));
        Assert.Equal(5000, Passed(gate, from, 5000));
    }

    [Fact]
    public void A_carrier_that_is_added_later_is_known_once_the_lists_are_read_again()
    {
        SipGate gate = Gate();
        Assert.Equal(100, Passed(gate, "198.18.0.2", 500));
        _carriers.Add("198.18.0.2");
        gate.ReadLists();
        Assert.Equal(500, Passed(gate, "198.18.0.2", 500));
    }

    [Fact]
    public void An_office_where_somebody_had_the_right_password_is_given_twenty_times_as_much_and_no_flood_of_strangers_shuts_it_out()
    {
        SipGate gate = Gate(new DefenceOptions { StrangersPerSecond = 50 });
        gate.Proved(IPAddress.Parse("203.0.113.7"), At(0));
        for (int i = 0; i < 10_000; i++) Sends(gate, $"198.51.{i / 250}.{i % 250}");
        Assert.Equal(10_000 - 50, gate.Counters[DefenceCount.Strangers]);
        Assert.False(Sends(gate, "203.0.113.9"));
        Assert.InRange(Passed(gate, "203.0.113.7", 5000), 1999, 2000);
        Assert.True(Sends(gate, "203.0.113.9", at: 1));
    }

    [Fact]
    public void Ten_wrong_passwords_ban_a_source_for_the_time_of_a_ban_and_no_other()
    {
        SipGate gate = Gate();
        for (int i = 0; i < 9; i++) gate.Failed(IPAddress.Parse("203.0.113.7"), $"user{i}", At(i));
        Assert.True(Sends(gate, "203.0.113.7", at: 10));
        gate.Failed(IPAddress.Parse("203.0.113.7"), "user9", At(10));
        Assert.False(Sends(gate, "203.0.113.7", "SIP/2.0 200 OK", at: 10));
        Assert.False(gate.AdmitsConnection(IPAddress.Parse("203.0.113.7"), At(11)));
        Assert.True(Sends(gate, "203.0.113.8", at: 11));
        Ban ban = Assert.Single(gate.List(At(12)));
        Assert.Equal((BanKind.Source, "203.0.113.7", "wrong passwords", 2L), (ban.Kind, ban.Subject, ban.Reason, ban.Dropped));
        Assert.Equal(ban with { Dropped = 0 }, Assert.Single(_banned));
        Assert.True(Sends(gate, "203.0.113.7", at: 311));
        Assert.Empty(gate.List(At(311)));
    }

    [Fact]
    public void A_ban_is_lifted_by_hand_and_put_back_after_a_restart()
    {
        SipGate gate = Gate(), after = Gate();
        gate.BanSource(SourceKey.Of(IPAddress.Parse("2001:db8::7")), "test", TimeSpan.FromMinutes(5), At(0));
        Assert.False(Sends(gate, "2001:db8::8"));
        after.Restore(gate.List(At(0)), TimeSpan.FromSeconds(5));
        Assert.False(after.AdmitsDatagram(NativeSocketAddress.From(IPAddress.Parse("2001:db8::9"), 1), "INVITE "u8, TimeSpan.FromSeconds(6)));
        Assert.True(gate.Unban(BanKind.Source, "2001:db8::1/64"));
        Assert.True(Sends(gate, "2001:db8::8"));
        Assert.False(gate.Unban(BanKind.Source, "2001:db8::1/64"));
    }

    [Fact]
    public void One_phone_with_an_old_password_does_not_ban_its_office_and_guessing_at_many_accounts_from_there_does()
    {
        SipGate gate = Gate();
        var office = IPAddress.Parse("203.0.113.7");
        gate.Proved(office, At(0));
        for (int i = 0; i < 1000; i++) gate.Failed(office, "1001", At(i * 30 % 3600));
        Assert.True(Sends(gate, "203.0.113.7", at: 3600));
        gate.Proved(office, At(3600));
        for (int i = 0; i < 50; i++) gate.Failed(office, $"guess{i}", At(3600 + i));
        Assert.False(Sends(gate, "203.0.113.7", at: 3700));
    }

    [Fact]
    public void An_account_that_many_guess_at_is_shut_for_strangers_and_not_for_whom_it_is_known()
    {
        SipGate gate = Gate();
        SourceKey home = SourceKey.Of(IPAddress.Parse("203.0.113.7")), stranger = SourceKey.Of(IPAddress.Parse("203.0.113.8"));
        gate.Logins.Succeeded(home, "1001");
        for (int i = 0; i < 30; i++) gate.Failed(IPAddress.Parse($"198.51.100.{i}"), "1001", At(i));
        Assert.True(gate.IsAccountBanned("1001", At(31)));
        Assert.False(gate.Logins.MayTry(stranger, "1001", isBanned: true, At(31)));
        Assert.True(gate.Logins.MayTry(home, "1001", isBanned: true, At(31)));
        Assert.False(gate.IsAccountBanned("1002", At(31)));
        Assert.False(gate.IsAccountBanned("1001", At(331)));
    }

    [Theory]
    [InlineData("OPTIONS", "friendly-scanner", "<sip:100@1.1.1.1>", false)]
    [InlineData("REGISTER", "SIPVicious 0.3", "<sip:100@h>", false)]
    [InlineData("INVITE", "sipcli/v1.8", "<sip:100@h>", false)]
    [InlineData("INVITE", "pplsip", "<sip:100@h>", false)]
    [InlineData("OPTIONS", "phone", "\"sipvicious\"<sip:100@1.1.1.1>", false)]
    [InlineData("REGISTER", "phone", "<sip:h>", false)]
    [InlineData("INVITE", "phone", "<sip:h>", false)]
    [InlineData("OPTIONS", "phone", "<sip:h>", true)]
    [InlineData("INVITE", "phone", "<tel:+34911234567>", true)]
    [InlineData("INVITE", "Yealink SIP-T46S 66.85.0.5", "<sip:100@h>", true)]
    public void What_shows_the_marks_of_a_scanner_is_dropped(string method, string agent, string to, bool passes)
    {
        SipGate gate = Gate();
        SipMessage request = Request(method, agent, to);
        Assert.Equal(passes, gate.AdmitsRequest(request, Flow("203.0.113.7"), At(0)));
        Assert.True(Sends(gate, "203.0.113.7"));                     // anybody could have sent it in that name
        gate.Proved(IPAddress.Parse("203.0.113.9"), At(0));
        Assert.True(gate.AdmitsRequest(request, Flow("203.0.113.9"), At(0)));
        gate.AdmitsRequest(request, Flow("203.0.113.10", SipTransport.Tcp), At(0));
        Assert.Equal(passes, Sends(gate, "203.0.113.10"));
    }

    [Fact]
    public void Bans_are_bounded_and_the_one_that_ends_first_makes_room()
    {
        var bans = new BanList<int>(3);
        for (int i = 0; i < 5; i++) bans.Add(i, new Ban(BanKind.Source, $"{i}", "", s_today, s_today, 0), At(100 - i), At(0));
        Assert.Equal(3, bans.Count);
        Assert.True(bans.Holds(0, At(1)) && bans.Holds(1, At(1)) && bans.Holds(4, At(1)));
        Assert.False(bans.Add(0, new Ban(BanKind.Source, "0", "", s_today, s_today, 0), At(50), At(1)));
    }

    [Fact]
    public void Switched_off_it_lets_everything_through()
    {
        SipGate gate = Gate(new DefenceOptions { Enabled = false });
        gate.BanSource(SourceKey.Of(IPAddress.Parse("203.0.113.7")), "test", TimeSpan.FromHours(1), At(0));
        Assert.Equal(5000, Passed(gate, "203.0.113.7", 5000));
        Assert.True(gate.AdmitsRequest(Request("OPTIONS", "friendly-scanner"), Flow("203.0.113.7"), At(0)));
    }

    [Fact]
    public void A_datagram_costs_no_memory()
    {
        SipGate gate = Gate(new DefenceOptions { StrangersPerSecond = 1_000_000 });
        NativeSocketAddress from = NativeSocketAddress.From(IPAddress.Parse("203.0.113.7"), 5060);
        int step = 0;
        Assert.Equal(0, Allocated.By(() =>
        {
            for (int i = 0; i < 10_000; i++) gate.AdmitsDatagram(from, "INVITE "u8, At(step++ / 10.0));
        }));
    }
}
