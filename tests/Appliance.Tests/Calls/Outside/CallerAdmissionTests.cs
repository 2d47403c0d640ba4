using System.Net;
using Tandem.Calls.Outside;
using Tandem.Routing;
using Tandem.Storage;
using Tandem.Tests.Signalling;
using Tandem.Tests.Trunks;
using Tandem.Trunks;
using Xunit;

namespace Appliance.Tests.Calls.Outside;

/// <summary>Whose a call is: a carrier's by its address, or by its account where it has one.</summary>
public sealed class CallerAdmissionTests
{
    private const string Gateway = "198.51.100.1:5060", Source = "203.0.113.9:5060", Elsewhere = "192.0.2.7:5060";

    private readonly RegistrarRig _rig = new();
    private readonly List<string?> _carriers = [];
    private IReadOnlyList<IPNetwork> _trusted = [];
    private bool _namesAwaited;

    private void Configure(params IReadOnlyList<Carrier> carriers)
    {
        RoutingDirectory routing = TrunkDirectory.Of(carriers, carriers.Select(carrier => new Gateway(carrier.Name, "g", "sip:g")));
        var sources = new CarrierSources(routing, _ => [IPEndPoint.Parse(Gateway).Address]);
        _rig.Users["acme-in"] = User.WithPassword("acme-in", "", RegistrarRig.Realm, "pwacme-in");
        _rig.Authenticator.SpeaksForOthers = name => routing.FindCarrierOfUser(name) is not null;
        _rig.Agent.Admit = request => CallerAdmission.Judge(request, sources, _trusted, routing, _rig.Authenticator, _namesAwaited);
        _rig.Agent.IncomingInvite = session => _carriers.Add(session.Carrier);
    }

    private static Carrier Acme(string? account) => new() { Name = "acme", Sources = ["203.0.113.0/24"], InboundUser = account };

    private string Call(string from, string headers = "", int cseq = 1) => _rig.Send(_rig.Flow(from), "INVITE", "anybody", headers, cseq: cseq, callId: from);

    [Theory]
    [InlineData(Gateway)]
    [InlineData(Source)]
    public void Without_an_account_the_address_suffices(string from)
    {
        Configure(Acme(null));
        Assert.Equal("", Call(from));
        Assert.Equal(["acme"], _carriers);
    }

    [Theory]
    [InlineData(Gateway)]
    [InlineData(Source)]
    [InlineData(Elsewhere)]
    public void With_an_account_every_call_is_challenged_and_the_account_makes_it_the_carriers(string from)
    {
        Configure(Acme("acme-in"));
        string challenge = Call(from);
        Assert.StartsWith("SIP/2.0 407 ", challenge, StringComparison.Ordinal);
        Assert.Empty(_carriers);
        Assert.Equal("", Call(from, RegistrarRig.Credentials(challenge, "acme-in", method: "INVITE"), cseq: 2));
        Assert.Equal(["acme"], _carriers);
    }

    [Fact]
    public void A_wrong_password_from_its_gateway_is_no_better_than_from_elsewhere()
    {
        Configure(Acme("acme-in"));
        string challenge = Call(Gateway);
        Assert.StartsWith("SIP/2.0 403 ", Call(Gateway, RegistrarRig.Credentials(challenge, "acme-in", "guess", "INVITE"), cseq: 2), StringComparison.Ordinal);
        Assert.Empty(_carriers);
    }

    [Fact]
    public void A_trusted_network_around_its_gateway_does_not_take_the_account_out_of_force()
    {
        _trusted = [IPNetwork.Parse("198.51.100.0/24")];
        Configure(Acme("acme-in"));
        Assert.StartsWith("SIP/2.0 407 ", Call(Gateway), StringComparison.Ordinal);
        Assert.Equal("", Call("198.51.100.2:5060"));
        Assert.Equal([null], _carriers);
    }

    [Fact]
    public void A_gateway_of_two_carriers_is_that_ones_which_has_no_account()
    {
        Configure(Acme("acme-in"), new Carrier { Name = "zeta" });
        Assert.Equal("", Call(Gateway));
        Assert.Equal(["zeta"], _carriers);
    }

    [Fact]
    public void While_names_are_awaited_a_stranger_comes_again_and_a_carrier_with_an_account_is_challenged_at_once()
    {
        _namesAwaited = true;
        Configure(Acme("acme-in"));
        Assert.Equal("", Call(Elsewhere));
        Assert.StartsWith("SIP/2.0 407 ", Call(Gateway), StringComparison.Ordinal);
        Assert.Empty(_carriers);
    }
}
