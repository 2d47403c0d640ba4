using System.Net;
using Sip.Core.Authentication;
using Sip.Core.Messages;
using Tandem.Signalling;
using Xunit;

namespace Appliance.Tests.Signalling;

/// <summary>Requests outside dialogs: challenges (RFC 3261 §22), and targets of several hosts (RFC 3263 §4.3).</summary>
public sealed class RequestTests
{
    private const string Challenge = "Digest realm=\"carrier\", nonce=\"n1\", qop=\"auth\"";

    private readonly VirtualNetwork _network = new();
    private readonly Rig _us;
    private readonly RawPeer _other;

    public RequestTests()
    {
        _us = new Rig(_network, "10.0.0.1:5060");
        _other = new RawPeer(_network, "10.0.0.8:5060", _us.Port);
        _us.Port.Names["two.example"] = [IPAddress.Parse("10.0.0.9"), IPAddress.Parse("10.0.0.8")];
    }

    [Fact]
    public void A_request_outside_dialogs_answers_challenges_and_goes_on_to_the_next_host()
    {
        List<(int Status, uint CSeq)> done = [];
        var request = new OutgoingRequest
        {
            Method = SipMethod.Register,
            Target = "sip:two.example",
            To = "sip:us@two.example",
            ContactUser = "us",
            Digest = new DigestClient(new DigestLogin("us", "secret")),
            Limit = TimeSpan.FromSeconds(3),
        };
        _us.Agent.Request(request, result => done.Add((result.Status, result.CSeq)));
        _network.Run(3.1);
        SipMessage second = _other.Heard1("REGISTER");
        Assert.Equal(("<sip:us@10.0.0.1:5060>", "<sip:us@two.example>"), (second.GetString(SipHeaderId.Contact), second.GetString(SipHeaderId.To)));
        _other.Respond(second, 401, "o", $"WWW-Authenticate: {Challenge}");
        _network.Run(0.1);
        Assert.NotNull(_other.Heard1("REGISTER").GetString(SipHeaderId.Authorization));
        _other.Respond(_other.Heard1("REGISTER"), 200, "o");
        _network.Run(40);
        Assert.Equal([(200, 3u)], done);
        _us.AssertEmpty();
    }

    [Fact]
    public void A_request_without_an_answer_ends_at_its_limit()
    {
        List<int> done = [];
        _us.Agent.Request(new OutgoingRequest { Method = SipMethod.Options, Target = "sip:10.0.0.7", Limit = TimeSpan.FromSeconds(4) }, result => done.Add(result.Status));
        _us.Agent.Request(new OutgoingRequest { Method = SipMethod.Options, Target = "sip:nowhere.example" }, result => done.Add(result.Status));
        _network.Run(5);
        Assert.Equal([503, 408], done);
        _us.AssertEmpty();
    }
}
