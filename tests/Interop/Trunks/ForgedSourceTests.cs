using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Interop.Defence;
using Interop.Peers;
using Tandem.Routing;
using Tandem.Storage;
using Xunit;

namespace Interop.Trunks;

/// <summary>
/// Datagrams with a source that is not the sender's (raw sockets). The answer goes to whoever is there, and nothing goes outside: a user's address
/// is asked for the password, a carrier's reaches what carriers reach, a call is its own peer's.
/// </summary>
public sealed partial class ForgedSourceTests(IsolatedTrunk trunk) : IClassFixture<IsolatedTrunk>
{
    private int _sent;

    private string Me => trunk.Tandem.Sip.ToString();

    /// <summary>A request as its forger writes it, with what he claims in Via, Route and Contact.</summary>
    private (string Text, string Id) Request(string method, string number, IPEndPoint claimed, string lines = "", string? callId = null, string fromTag = "f", string? to = null)
    {
        string id = string.Create(CultureInfo.InvariantCulture, $"forged{++_sent}");
        string sdp = method is "INVITE" or "UPDATE" ? $"v=0\r\no=- 1 1 IN IP4 {claimed.Address}\r\ns=-\r\nc=IN IP4 {claimed.Address}\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0\r\n" : "";
        return ($"{method} sip:{(method == "REGISTER" ? "" : number + "@")}{Me} SIP/2.0\r\nVia: SIP/2.0/UDP {claimed};branch=z9hG4bK{id};rport\r\nMax-Forwards: 70\r\n"
            + $"From: <sip:1001@tandem>;tag={fromTag}\r\nTo: {to ?? $"<sip:{(method == "REGISTER" ? "1001" : number)}@tandem>"}\r\nCall-ID: {callId ?? id}\r\nCSeq: 60 {method}\r\n"
            + $"Contact: <sip:1001@{claimed}>\r\n{lines}{(sdp.Length > 0 ? "Content-Type: application/sdp\r\n" : "")}Content-Length: {sdp.Length}\r\n\r\n{sdp}", id);
    }

    [GeneratedRegex(@"(\S+): INVITE to ")]
    private static partial Regex SentInvite();

    [Fact]
    public Task A_forged_source_is_worth_no_more_than_an_address_may_be() => trunk.RunAsync(async () =>
    {
        await using PlainGateway gateway = new(trunk.Network);
        IPEndPoint gatewayPoint = new(Trunk.Carrier, gateway.Port);
        await trunk.ConfigureAsync(Trunk.Acme, [Trunk.Uri(gateway.Port)], session =>
        {
            DateTimeOffset now = DateTimeOffset.UtcNow;
            UserStore.Save(session, User.WithPassword("proving-in", "", "tandem", "long-secret-9"), now);
            CarrierStore.Save(session, new Carrier { Name = "believed", Sources = ["127.0.0.3"] }, now);
            CarrierStore.Save(session, new Carrier { Name = "proving", Sources = ["127.0.0.4"], InboundUser = "proving-in" }, now);
            DidStore.Save(session, new Did(Trunk.Did, false, null, ExtensionKind.Menu, "main"), now);
        });
        using DigestCaller phone = new(IPAddress.Parse("127.7.7.7"), trunk.Tandem.Sip, "1001", TandemSetup.Password, trunk.Network);
        Assert.Equal(200, await Task.Run(phone.Register));
        DialledCall call = await Task.Run(() => phone.Dial(Trunk.Number));
        Assert.Equal(200, call.Status);
        using ForgedUdp forged = new(trunk.Network, trunk.Tandem.Sip);
        using Socket believed = trunk.Listen("127.0.0.3"), proving = trunk.Listen("127.0.0.4"), stranger = trunk.Listen("127.0.0.9");

        await Task.Run(() =>
        {
            // Whoever is really there hears of it, and what it says of itself changes nothing.
            foreach (string lines in (string[])["", $"Route: <sip:{gatewayPoint};lr>\r\n", $"Via: SIP/2.0/UDP {gatewayPoint};branch=z9hG4bKx;received={Trunk.Carrier}\r\n"])
                foreach (string number in (string[])[Trunk.Number, "112", "1002", Trunk.Did])
                {
                    AssertAnswer(407, phone.Socket, Request("INVITE", number, gatewayPoint, lines));
                    AssertAnswer(407, proving, Request("INVITE", number, gatewayPoint, lines));
                    if (number != Trunk.Did) AssertAnswer(404, believed, Request("INVITE", number, gatewayPoint, lines));
                }
            AssertAnswer(401, phone.Socket, Request("REGISTER", "", gatewayPoint));
            AssertAnswer(407, phone.Socket, Request("REFER", "1001", gatewayPoint, $"Refer-To: <sip:{Trunk.Number}@{Me}>\r\n"));

            // The call that he may have seen is its peer's, and who is at that address has to know the tags.
            foreach (string method in (string[])["BYE", "INVITE", "UPDATE", "INFO", "REFER", "NOTIFY"])
            {
                string lines = method == "REFER" ? $"Refer-To: <sip:{Trunk.Number}@{Me}>\r\n" : "";
                foreach (Socket victim in (Socket[])[stranger, believed, proving])
                    AssertAnswer(481, victim, Request(method, "1001", gatewayPoint, lines, call.Id, phone.Tag(call.Id), call.To));
                AssertAnswer(481, phone.Socket, Request(method, "1001", gatewayPoint, lines, call.Id, phone.Tag(call.Id), $"<sip:{Trunk.Number}@tandem>;tag=guessed"));
            }

            // Nobody is there, or the appliance itself.
            foreach (IPEndPoint source in (IPEndPoint[])[new(IPAddress.Parse("192.0.2.55"), 5060), new(IPAddress.Parse("10.1.2.3"), 0), new(IPAddress.Parse("224.0.0.1"), 5060), trunk.Tandem.Sip, gatewayPoint])
                foreach (string method in (string[])["INVITE", "REGISTER", "REFER", "BYE"])
                    forged.Send(source, Request(method, Trunk.Number, gatewayPoint, $"Refer-To: <sip:{Trunk.Number}@{Me}>\r\n", method == "BYE" ? call.Id : null, phone.Tag(call.Id), method == "BYE" ? call.To : null).Text);
            AssertAnswer(407, stranger, Request("INVITE", Trunk.Number, gatewayPoint));
            AssertAnswer(407, phone.Socket, Request("INVITE", Trunk.Number, gatewayPoint));
            Assert.Equal(200, phone.InCall(call, "BYE", ""));
        });
        Assert.Single(gateway.Calls);
        IReadOnlyList<Row> outside = [];
        await Clock.UntilAsync(async () => (outside = await trunk.Database.QueryAsync("SELECT * FROM call_legs WHERE direction = 'out'")).Count > 0, 30, () => "the call has no row of its leg");
        Assert.Single(outside);
        Assert.Single(SentInvite().Matches(trunk.Tandem.Log).Select(match => match.Groups[1].Value).Distinct());    // over TCP first, and UDP then

        void AssertAnswer(int wanted, Socket victim, (string Text, string Id) request)
        {
            int status = forged.Ask(victim, request.Text, request.Id);
            Assert.True(status == wanted, $"{status} instead of {wanted}, from {victim.LocalEndPoint}, to\n{request.Text}");
        }
    });
}
