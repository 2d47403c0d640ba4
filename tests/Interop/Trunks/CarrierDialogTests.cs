using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Interop.Peers;
using Tandem.Routing;
using Xunit;

namespace Interop.Trunks;

/// <summary>What a carrier does with a call of ours, on the wire: challenges, forks, early media and changes, hosts of one name that fail.</summary>
public sealed partial class CarrierDialogTests(Trunk trunk) : IClassFixture<Trunk>
{
    private const string Secret = "carrier-secret-9";

    private SippOptions Caller => trunk.Tandem.Sipp("call") with { Service = Trunk.Number, Pause = TimeSpan.FromMilliseconds(300), Limit = TimeSpan.FromSeconds(90) };

    private async Task<SippResult> CallAsync(params SippRun[] gateways)
    {
        SippResult called = await Sipp.RunAsync(Caller);
        Assert.True(called.Succeeded(1), called.ToString());
        foreach (SippRun gateway in gateways)
        {
            SippResult taken = await gateway.ResultAsync();
            Assert.True(taken.Succeeded(1), taken.ToString());
        }
        return called;
    }

    private async Task<IReadOnlyList<Row>> LegsAsync(int count) => await trunk.LegsAsync(await trunk.EndedAsync("1001", Trunk.Number, "completed"), count);

    [Theory]
    [InlineData("401", "Authorization")]
    [InlineData("407", "Proxy-Authorization")]
    public Task A_challenge_to_an_INVITE_is_answered_with_the_carriers_login(string code, string answer) => trunk.RunAsync(async () =>
    {
        int port = Ports.Sip();
        await trunk.ConfigureAsync(Trunk.Acme with { AuthUser = "trunk7", AuthPassword = Secret, AuthRealm = "acme" }, [Trunk.Uri(port)]);
        await using SippRun gateway = await Sipp.StartAsync(trunk.Gateway($"gateway_{code}", port));
        SippResult called = await CallAsync(gateway);
        string trace = await gateway.MessagesAsync(), uri = $"sip:{Trunk.Number}@127.0.0.2:{port}";
        string[] invites = [.. trace.Split("\n-----------").Where(message => message.Contains($"\nINVITE {uri} ", StringComparison.Ordinal))];
        Assert.Equal(2, invites.Length);
        Assert.DoesNotContain($"{answer}: ", invites[0], StringComparison.Ordinal);
        string line = Assert.Single(invites[1].Split('\n'), text => text.StartsWith($"{answer}: Digest ", StringComparison.Ordinal));
        Dictionary<string, string> said = Parameter().Matches(line).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value.Trim('"'));
        Assert.Equal(("trunk7", "acme", "n0123456789", uri), (said["username"], said["realm"], said["nonce"], said["uri"]));
        Assert.Equal(Md5($"{Md5($"trunk7:acme:{Secret}")}:n0123456789:{said["nc"]}:{said["cnonce"]}:auth:{Md5($"INVITE:{uri}")}"), said["response"]);
        Assert.Single(Trunk.ToTags(called.Messages));
        Assert.DoesNotContain(Secret, trunk.Tandem.Log, StringComparison.Ordinal);
        await LegsAsync(2);
    });

    [Fact]
    public Task A_challenge_of_another_realm_gets_no_password_and_the_next_gateway_gets_the_call() => trunk.RunAsync(async () =>
    {
        int other = Ports.Sip(), port = Ports.Sip();
        await trunk.ConfigureAsync(Trunk.Acme with { AuthUser = "trunk7", AuthPassword = Secret, AuthRealm = "acme" }, [Trunk.Uri(other), Trunk.Uri(port)]);
        await using SippRun first = await Sipp.StartAsync(trunk.Gateway("gateway_challenged_away", other));
        await using SippRun second = await Sipp.StartAsync(trunk.Gateway("self_uas", port));
        await CallAsync(first, second);
        Assert.DoesNotContain("Authorization:", await first.MessagesAsync(), StringComparison.Ordinal);
        Assert.Equal(["407", "200"], (await LegsAsync(3)).Skip(1).Select(leg => leg["sip_status"]));
    });

    [Fact]
    public Task Of_a_call_that_forks_the_caller_meets_one_dialog_and_the_branch_that_answers_late_is_hung_up() => trunk.RunAsync(async () =>
    {
        int port = Ports.Sip();
        await trunk.ConfigureAsync(Trunk.Acme, [Trunk.Uri(port)]);
        await using SippRun gateway = await Sipp.StartAsync(trunk.Gateway("gateway_forks", port));
        SippResult called = await CallAsync(gateway);
        Assert.Single(Trunk.ToTags(called.Messages));
        Assert.Contains(Trunk.First(called.Messages, "SIP/2.0 183 "), line => line.StartsWith("m=audio ", StringComparison.Ordinal));
        await LegsAsync(2);
    });

    [Fact]
    public Task Early_media_that_is_required_to_be_reliable_is_acknowledged_and_changed_before_the_answer() => trunk.RunAsync(async () =>
    {
        int port = Ports.Sip();
        await trunk.ConfigureAsync(Trunk.Acme with { Reliable = ReliableMode.Required }, [Trunk.Uri(port)]);
        await using SippRun gateway = await Sipp.StartAsync(trunk.Gateway("gateway_reliable", port));
        await CallAsync(gateway);
        Assert.Contains("Require: 100rel", Trunk.First(await gateway.MessagesAsync(), "INVITE "));
        await LegsAsync(2);
    });

    [Fact]
    public Task A_carrier_that_has_no_reliable_responses_nor_session_timers_is_not_offered_them_and_may_not_require_them() => trunk.RunAsync(async () =>
    {
        int port = Ports.Sip();
        await trunk.ConfigureAsync(Trunk.Acme with { Reliable = ReliableMode.Off, SessionSeconds = 0 }, [Trunk.Uri(port)]);
        await using SippRun gateway = await Sipp.StartAsync(trunk.Gateway("self_uas", port));
        await CallAsync(gateway);
        string[] invite = Trunk.First(await gateway.MessagesAsync(), "INVITE ");
        string[] unwanted = ["Supported:", "Session-Expires:", "PRACK"];
        Assert.DoesNotContain(invite, line => unwanted.Any(word => line.Contains(word, StringComparison.Ordinal)));
        await LegsAsync(2);
        SippResult refused = await Sipp.RunAsync(trunk.Gateway("carrier_requires", 0) with { Service = Trunk.Did });
        Assert.True(refused.Succeeded(1), refused.ToString());
        Assert.Contains("Unsupported: 100rel", refused.Messages, StringComparison.Ordinal);
    });

    [Theory]
    [InlineData("gateway_503", "503")]
    [InlineData(null, "503")]
    public Task The_next_host_of_a_gateways_name_gets_the_call_where_one_does_not_work(string? trouble, string status) => trunk.RunAsync(async () =>
    {
        int failing = Ports.Sip(), port = Ports.Sip();
        string name = $"gw{failing}.example";
        trunk.Dns.Srv($"_sip._udp.{name}", 10, 0, failing, $"one.{name}");
        trunk.Dns.Srv($"_sip._udp.{name}", 20, 0, port, $"two.{name}");
        trunk.Dns.A($"one.{name}", "127.0.0.2");
        trunk.Dns.A($"two.{name}", "127.0.0.2");
        await trunk.ConfigureAsync(Trunk.Acme, [$"sip:{name}"]);
        await using SippRun? first = trouble is null ? null : await Sipp.StartAsync(trunk.Gateway(trouble, failing));
        await using SippRun second = await Sipp.StartAsync(trunk.Gateway("self_uas", port));
        SippResult called = await CallAsync([.. first is null ? (SippRun[])[] : [first], second]);
        Assert.Single(Trunk.ToTags(called.Messages));
        Assert.Equal([(status, "g1"), ("200", "g1")], (await LegsAsync(3)).Skip(1).Select(leg => (leg["sip_status"]!, leg["gateway"]!)));
    });

    [Fact]
    public Task A_gateway_that_asks_for_a_pause_gets_no_call_meanwhile() => trunk.RunAsync(async () =>
    {
        int pausing = Ports.Sip(), port = Ports.Sip();
        await trunk.ConfigureAsync(Trunk.Acme, [Trunk.Uri(pausing), Trunk.Uri(port)]);
        await using SippRun first = await Sipp.StartAsync(trunk.Gateway("gateway_503", pausing));
        await using (SippRun second = await Sipp.StartAsync(trunk.Gateway("self_uas", port))) await CallAsync(first, second);
        await LegsAsync(3);
        Assert.Contains(" held ", await trunk.Tandem.CliAsync("gateway", "list"), StringComparison.Ordinal);
        await using SippRun again = await Sipp.StartAsync(trunk.Gateway("self_uas", port));
        await CallAsync(again);
        Assert.Equal("g2", (await LegsAsync(2))[1]["gateway"]);
    });

    private static string Md5(string text)
    {
#pragma warning disable CA5351 // RFC 3261 §22.4: the digest that carriers ask for
        return Convert.ToHexStringLower(MD5.HashData(Encoding.ASCII.GetBytes(text)));
#pragma warning restore CA5351
    }

    [GeneratedRegex("""(\w+)=("[^"]*"|[^\s,]+)""")]
    private static partial Regex Parameter();
}
