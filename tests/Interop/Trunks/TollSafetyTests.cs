using System.Net;
using System.Net.Sockets;
using Interop.Peers;
using Tandem.Routing;
using Tandem.Storage;
using Xunit;

namespace Interop.Trunks;

/// <summary>
/// Nobody who is not registered here can place a call to the outside: every method, over every transport, with every header trick below, from
/// any source, the carriers' own included: one is believed by its address (127.0.0.3), one has to prove itself by its account (127.0.0.2). Every one
/// is answered, and the answer judged: who is thrown out comes back. The carrier's gateway listens on UDP and TCP and must hear nothing.
/// </summary>
public sealed class TollSafetyTests(Trunk trunk) : IClassFixture<Trunk>
{
    private const string Called = "+34911222333";

    private static readonly string[] s_methods =
        ["INVITE", "REFER", "MESSAGE", "SUBSCRIBE", "NOTIFY", "PUBLISH", "REGISTER", "OPTIONS", "UPDATE", "PRACK", "INFO", "BYE", "ACK", "CANCEL", "FOO"];

    /// <summary>Header lines that claim what is not so. GATEWAY stands for the carrier's gateway.</summary>
    private static readonly string[] s_tricks =
    [
        "P-Asserted-Identity: <sip:1001@127.0.0.1>",
        "P-Asserted-Identity : <sip:1001@127.0.0.1>\r\nP-Asserted-Identity: <tel:+34911000001>",
        "P-Preferred-Identity: <sip:1001@127.0.0.1>",
        "Remote-Party-ID: <sip:1001@127.0.0.1>;party=calling;screen=yes",
        "Route: <sip:GATEWAY;lr>",
        "Route: <sip:127.0.0.1;lr>, <sip:GATEWAY;lr>",
        "Record-Route: <sip:GATEWAY;lr>",
        "Path: <sip:GATEWAY;lr>",
        "Refer-To: <sip:+34911222333@GATEWAY>\r\nReferred-By: <sip:1001@127.0.0.1>",
        "Replaces: 1@1;to-tag=1;from-tag=1",
        "Diversion: <sip:1001@127.0.0.1>;reason=unconditional",
        "History-Info: <sip:1001@127.0.0.1>;index=1",
        "X-Forwarded-For: 127.0.0.2\r\nX-Real-IP: 127.0.0.2",
        "X-Carrier: acme\r\nx-carrier\t: acme",
        "P-Charging-Vector: icid-value=1\r\nP-Served-User: <sip:1001@127.0.0.1>",
        "Authorization: Digest username=\"1001\", realm=\"tandem\", nonce=\"\", uri=\"sip:1@1\", response=\"\"",
        "Proxy-Authorization: Digest username=\"1001\", realm=\"tandem\", nonce=\"1\", uri=\"sip:1@1\", response=\"d41d8cd98f00b204e9800998ecf8427e\", algorithm=MD5",
        "Proxy-Authorization: Digest username=\"trunkuser\", realm=\"tandem\", nonce=\"1\", uri=\"sip:1@1\", response=\"00000000000000000000000000000000\", qop=auth, nc=00000001, cnonce=\"1\"",
        "Proxy-Authorization: Digest username=\"\", realm=\"\", nonce=\"\", uri=\"\", response=\"\"",
        "Proxy-Authorization: Basic MTAwMTo=",
        "Proxy-Authorization: Digest",
        "Via: SIP/2.0/UDP 127.0.0.2:5060;branch=z9hG4bKcarrier;received=127.0.0.2",
        "Identity: e30.e30.sig;info=<https://x>;alg=ES256",
    ];

    /// <summary>Request URIs and identities. ME stands for the appliance.</summary>
    private static readonly (string Uri, string From)[] s_targets =
    [
        ("sip:+34911222333@ME", "<sip:1001@ME>"),
        ("sip:+34911222333@GATEWAY", "<sip:1001@ME>"),
        ("sip:+34911222333@ME;maddr=127.0.0.2", "<sip:1001@ME>"),
        ("sip:%2B34911222333@ME", "\"1001\" <sip:1001@127.0.0.1>"),
        ("sip:0911222333;phone-context=+34@ME;user=phone", "<sip:+34911000001@ME>"),
        ("tel:+34911222333", "<tel:+34911000001>"),
        ("sip:sip%3A+34911222333%40GATEWAY@ME", "<sip:acme@ME>"),
        ("sip:112@ME", "<sip:1001@ME>"),
        ("sip:+34911222333@ME?Route=%3Csip:GATEWAY%3E", "<sip:trunkuser@ME>"),
        ("sip:1001@ME", "<sip:+34911222333@GATEWAY>"),
    ];

    /// <summary>Hosts that a stranger says he is, in Via and Contact: the carrier's gateway, the appliance, a phone of a user, nobody's name.</summary>
    private static readonly string[] s_claimed = ["127.0.0.2", "127.0.0.1", "127.7.7.7", "carrier.invalid"];

    [Theory]
    [InlineData("udp", "127.0.0.1")]
    [InlineData("udp", "127.0.0.9")]
    [InlineData("udp", "127.0.0.2")]
    [InlineData("udp", "127.0.0.3")]
    [InlineData("tcp", "127.0.0.1")]
    [InlineData("tcp", "127.0.0.2")]
    [InlineData("tcp", "127.0.0.3")]
    [InlineData("tls", "127.0.0.1")]
    [InlineData("ws", "127.0.0.1")]
    public Task A_stranger_reaches_nobody_outside(string transport, string source) => trunk.RunAsync(async () =>
    {
        int port = Ports.Sip();
        string gateway = $"127.0.0.2:{port}", me = trunk.Tandem.Sip.ToString();
        using UdpClient udp = new(new IPEndPoint(Trunk.Carrier, port));
        using TcpListener tcp = new(Trunk.Carrier, port);
        tcp.Start();
        await trunk.ConfigureAsync(Trunk.Acme with { InboundUser = "trunkuser" }, [$"sip:{gateway}", $"sip:{gateway};transport=tcp"], session =>
        {
            UserStore.Save(session, User.WithPassword("trunkuser", "", "tandem", "long-secret-9"), DateTimeOffset.UtcNow);
            CarrierStore.Save(session, new Carrier { Name = "believed", Sources = ["127.0.0.3"] }, DateTimeOffset.UtcNow);
            DidStore.Save(session, new Did(Trunk.Did, false, null, ExtensionKind.Menu, "main"), DateTimeOffset.UtcNow);
        });
        bool known = source is "127.0.0.1" or "127.0.0.2" or "127.0.0.3";    // exempt, and the carriers': OPTIONS from there get 200
        await using Stranger stranger = new(trunk.Tandem, transport, IPAddress.Parse(source));
        int sent = 0;
        foreach (string method in s_methods)
        {
            await stranger.MoveAsync();
            foreach ((string uri, string from) in s_targets) await TryAsync(method, uri, from, "Subject: x", source);
            foreach (string trick in s_tricks) await TryAsync(method, s_targets[0].Uri, s_targets[0].From, trick, source);
            foreach (string claimed in s_claimed) await TryAsync(method, s_targets[0].Uri, s_targets[0].From, "Subject: x", claimed);
        }
        Assert.Empty(await trunk.Database.QueryAsync("SELECT * FROM call_legs WHERE direction = 'out'"));
        Assert.Equal(0, udp.Available);
        Assert.False(tcp.Pending());
        Assert.DoesNotContain("INVITE to ", Outgoing(trunk.Tandem.Log), StringComparison.Ordinal);

        // What Via and Contact say of themselves may differ from where it comes from.
        async Task TryAsync(string method, string uri, string from, string lines, string claimed)
        {
            string id = $"toll-{transport}-{source}-{++sent}", host = claimed == source ? await stranger.HostAsync() : claimed;
            string text = $"{method} {uri} SIP/2.0\r\nVia: SIP/2.0/{transport.ToUpperInvariant()} {host}:{stranger.Port};branch=z9hG4bK{id};rport\r\nMax-Forwards: 70\r\n"
                + $"From: {from};tag=s{sent}\r\nTo: <sip:{Called}@ME>\r\nCall-ID: {id}\r\nCSeq: 1 {method}\r\n"
                + $"Contact: <sip:1001@{host}:{stranger.Port}>\r\n{lines}\r\n{Body(method)}";
            string told = text.Replace("GATEWAY", gateway, StringComparison.Ordinal).Replace("@ME", $"@{me}", StringComparison.Ordinal);
            int status = await stranger.AskAsync(told, id, isAnswered: method != "ACK");
            // 404: whose call it is was settled, and the number is none of ours.
            Assert.True(status != 404 || source == "127.0.0.3" || method != "INVITE", $"{status} to\n{told}");
            Assert.True(method == "ACK" ? status == 0 : status is >= 400 and < 700 || (status == 200 && method == "OPTIONS" && known), $"{status} to\n{told}");
        }
    });

    private static string Body(string method)
    {
        const string sdp = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0\r\n";
        return method == "INVITE" ? $"Content-Type: application/sdp\r\nContent-Length: {sdp.Length}\r\n\r\n{sdp}" : "Content-Length: 0\r\n\r\n";
    }

    /// <summary>The log's lines about INVITEs that the appliance sent.</summary>
    private static string Outgoing(string log) =>
        string.Join('\n', log.Split('\n').Where(line => line.Contains(": INVITE to ", StringComparison.Ordinal)));
}
