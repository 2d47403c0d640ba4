using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Interop.Audio;
using Interop.EndToEnd;
using Interop.Peers;
using Tandem.Routing;
using Xunit;

namespace Interop.Trunks;

/// <summary>Calls to a carrier, sipp on both sides: what the gateway gets, byte for byte, and what the caller notices when gateways fail.</summary>
public sealed class OutboundTests(Trunk trunk) : IClassFixture<Trunk>
{
    private SippOptions Caller(string scenario = "call", string number = Trunk.Number) =>
        trunk.Tandem.Sipp(scenario) with { Service = number, Pause = TimeSpan.FromMilliseconds(300), Limit = TimeSpan.FromSeconds(90) };

    private async Task<(SippResult Caller, SippResult Gateway)> CallAsync(SippRun gateway, SippOptions caller)
    {
        SippResult called = await Sipp.RunAsync(caller);
        Assert.True(called.Succeeded(1), called.ToString());
        SippResult taken = await gateway.ResultAsync();
        Assert.True(taken.Succeeded(1), taken.ToString());
        return (called, taken);
    }

    [Fact]
    public Task A_gateway_gets_the_number_and_the_identity_that_its_carrier_wants_and_no_field_of_the_caller() => trunk.RunAsync(async () =>
    {
        int port = Ports.Sip();
        await trunk.ConfigureAsync(Trunk.Acme with { Format = NumberFormat.E164, Strip = 2, Prefix = "99" }, [Trunk.Uri(port)]);
        await using SippRun gateway = await Sipp.StartAsync(trunk.Gateway("self_uas", port));
        (_, SippResult taken) = await CallAsync(gateway, Caller("call_marked"));
        string[] invite = Trunk.First(taken.Messages, "INVITE ");
        string[] lines = [.. invite.Where(line => line.Split(':')[0] is not ("Via" or "CSeq" or "Call-ID" or "Contact" or "User-Agent" or "Allow" or "Supported" or "Session-Expires" or "Min-SE"))
            .TakeWhile(line => line.Length > 0)];
        string[] expected =
        [
            $"INVITE sip:99911222333@127.0.0.2:{port} SIP/2.0",
            "Max-Forwards: 69",
            lines[2].StartsWith("From: \"Anonymous\" <sip:anonymous@anonymous.invalid>;tag=", StringComparison.Ordinal) ? lines[2] : "From: anonymous",
            $"To: <sip:99911222333@127.0.0.2:{port}>",
            "P-Asserted-Identity: <sip:34911000001@127.0.0.1>",
            "Privacy: id",
            "Subject: hello",
            "Content-Type: application/sdp",
            lines[^1],
        ];
        Assert.Equal(expected, lines);
        Assert.StartsWith("Content-Length: ", lines[^1], StringComparison.Ordinal);
        Row call = await trunk.EndedAsync("1001", Trunk.Number, "completed");
        IReadOnlyList<Row> legs = await trunk.LegsAsync(call, 2);
        Assert.Equal((null, "acme", "g1"), (legs[0]["carrier"], legs[1]["carrier"], legs[1]["gateway"]));
    });

    [Theory]
    [InlineData("500")]
    [InlineData("503")]
    [InlineData("408")]
    [InlineData("silent")]
    [InlineData("refused")]
    [InlineData("closed")]
    public Task A_gateway_that_fails_is_passed_over_and_the_caller_meets_one_dialog(string trouble) => trunk.RunAsync(async () =>
    {
        int failing = Ports.Sip(), port = Ports.Sip();
        await trunk.ConfigureAsync(Trunk.Acme, [Trunk.Uri(failing, trouble == "refused" ? ";transport=tcp" : ""), Trunk.Uri(port)]);
        using UdpClient? silent = trouble == "silent" ? new UdpClient(new IPEndPoint(Trunk.Carrier, failing)) : null;
        await using SippRun? first = char.IsDigit(trouble[0]) ? await Sipp.StartAsync(trunk.Gateway($"gateway_{trouble}", failing)) : null;
        await using SippRun second = await Sipp.StartAsync(trunk.Gateway("self_uas", port));
        (SippResult called, _) = await CallAsync(second, Caller());
        Assert.Single(Trunk.ToTags(called.Messages));
        Assert.Equal(1, called.Messages.Split("SIP/2.0 180 ").Length - 1);
        Assert.DoesNotContain("SIP/2.0 50", called.Messages, StringComparison.Ordinal);
        Row call = await trunk.EndedAsync("1001", Trunk.Number, "completed");
        IReadOnlyList<Row> legs = await trunk.LegsAsync(call, 3);
        Assert.Equal(("g1", "g2"), (legs[1]["gateway"], legs[2]["gateway"]));
        Assert.Equal(char.IsDigit(trouble[0]) ? trouble : trouble == "silent" ? "408" : "503", legs[1]["sip_status"]);
    });

    [Fact]
    public Task A_redirection_within_the_carrier_is_followed() => trunk.RunAsync(async () =>
    {
        int redirecting = Ports.Sip(), port = Ports.Sip();
        await trunk.ConfigureAsync(Trunk.Acme, [Trunk.Uri(redirecting)]);
        await using SippRun first = await Sipp.StartAsync(trunk.Gateway("gateway_redirects", redirecting, ("elsewhere", $"127.0.0.2:{port}")));
        await using SippRun second = await Sipp.StartAsync(trunk.Gateway("self_uas", port));
        (_, SippResult taken) = await CallAsync(second, Caller());
        Assert.Equal($"INVITE sip:77@127.0.0.2:{port} SIP/2.0", Trunk.First(taken.Messages, "INVITE ")[0]);
        await trunk.EndedAsync("1001", Trunk.Number, "completed");
    });

    [Fact]
    public Task What_a_gateway_says_before_it_answers_reaches_the_caller() => trunk.RunAsync(async () =>
    {
        int port = Ports.Sip();
        await trunk.ConfigureAsync(Trunk.Acme, [Trunk.Uri(port)]);
        await using SippRun gateway = await Sipp.StartAsync(trunk.Gateway("gateway_early", port));
        (SippResult called, _) = await CallAsync(gateway, Caller());
        string[] early = Trunk.First(called.Messages, "SIP/2.0 183 "), answer = Trunk.First(called.Messages, "SIP/2.0 200 ");
        Assert.Equal(early.SkipWhile(line => line.Length > 0).Where(line => line.Length > 0), answer.SkipWhile(line => line.Length > 0).Where(line => line.Length > 0));
        Assert.Contains(early, line => line.StartsWith("m=audio ", StringComparison.Ordinal));
        Assert.Single(Trunk.ToTags(called.Messages));
        await trunk.EndedAsync("1001", Trunk.Number, "completed");
    });

    [Fact]
    public Task A_phone_hears_a_gateway_that_speaks_and_never_answers() => trunk.RunAsync(async () =>
    {
        int port = Ports.Sip(), media = Ports.Rtp(2);
        Sound said = await Speech.TestSignalAsync("en-us");
        await trunk.ConfigureAsync(Trunk.Acme, [Trunk.Uri(port)]);
        await using SippRun gateway = await Sipp.StartAsync(trunk.Gateway("gateway_speaks", port) with { MediaPort = media });
        await gateway.ListensAsync();
        await using BaresipPhone caller = await BaresipPhone.StartAsync(trunk.Tandem.Phone("1001"));
        using RtpPeer voice = new(Trunk.Carrier, media);
        await caller.DialAsync(caller.Number(Trunk.Number));
        await caller.NextAsync("CALL_PROGRESS", TimeSpan.FromSeconds(30));
        await Clock.UntilAsync(async () => (await gateway.MessagesAsync()).Contains("\nSIP/2.0 183 ", StringComparison.Ordinal), 30, () => "the gateway's trace is empty");
        string stream = Trunk.First(await gateway.MessagesAsync(), "INVITE ").Single(line => line.StartsWith("m=audio ", StringComparison.Ordinal));
        await voice.SendAsync(new IPEndPoint(IPAddress.Loopback, int.Parse(stream.Split(' ')[1], CultureInfo.InvariantCulture)), said.Slice(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5)));
        Assert.False(caller.Reported("CALL_ESTABLISHED"));
        await caller.HangUpAsync();
        SippResult given = await gateway.ResultAsync();
        Assert.True(given.Succeeded(1), given.ToString());
        await trunk.EndedAsync("1001", Trunk.Number, "cancelled");
        await Appliance.AssertHeardAsync(caller, said, 3);
    });

    [Fact]
    public Task A_carrier_that_is_full_is_answered_as_configured() => trunk.RunAsync(async () =>
    {
        int port = Ports.Sip();
        await trunk.ConfigureAsync(Trunk.Acme with { MaxCalls = 1 }, [Trunk.Uri(port)]);
        await using SippRun gateway = await Sipp.StartAsync(trunk.Gateway("self_uas", port));
        await using SippRun first = await Sipp.StartAsync(Caller() with { Pause = TimeSpan.FromSeconds(4) });
        await Clock.UntilAsync(async () => (await gateway.MessagesAsync()).Contains("\nACK ", StringComparison.Ordinal), 20, () => "the first call is not answered");
        SippResult second = await Sipp.RunAsync(Caller("refused"));
        Assert.Contains("SIP/2.0 503 ", second.Messages, StringComparison.Ordinal);
        Assert.Contains("Reason: Q.850;cause=34;", second.Messages, StringComparison.Ordinal);
        Assert.True((await first.ResultAsync()).Succeeded(1));
        await Clock.UntilAsync(async () => (await trunk.Database.QueryAsync("SELECT call_id FROM active_calls")).Count == 0, 20, () => "a call goes on");
        foreach (Row row in await trunk.Database.QueryAsync("SELECT call_id FROM call_logs")) trunk.Tandem.SeenCalls.Add(row["call_id"]!);
    });

    [Fact]
    public Task A_carrier_that_dies_in_mid_call_ends_it_and_the_row_says_so() => trunk.RunAsync(async () =>
    {
        int port = Ports.Sip();
        await trunk.ConfigureAsync(Trunk.Acme, [Trunk.Uri(port)]);
        await using BaresipPhone caller = await BaresipPhone.StartAsync(trunk.Tandem.Phone("1001"));
        await using (SippRun gateway = await Sipp.StartAsync(trunk.Gateway("self_uas", port)))
        {
            await caller.CallAsync(caller.Number(Trunk.Number));
            await Clock.UntilAsync(async () => (await gateway.MessagesAsync()).Contains("\nACK ", StringComparison.Ordinal), 20, () => "the call is not answered");
        }
        await caller.NextAsync("CALL_CLOSED", TimeSpan.FromSeconds(40));
        Row call = await trunk.EndedAsync("1001", Trunk.Number, "failed");
        Assert.Equal("callee: media timeout", call["reason"]);
    });

    [Fact]
    public Task A_call_ends_when_it_is_as_long_as_its_carrier_allows() => trunk.RunAsync(async () =>
    {
        int port = Ports.Sip();
        await trunk.ConfigureAsync(Trunk.Acme with { MaxCallSeconds = 2 }, [Trunk.Uri(port)]);
        await using SippRun gateway = await Sipp.StartAsync(trunk.Gateway("self_uas", port));
        await CallAsync(gateway, Caller("called_off"));
        Row call = await trunk.EndedAsync("1001", Trunk.Number, "completed");
        Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"longest call of {2} s"), call["reason"]);
    });
}
