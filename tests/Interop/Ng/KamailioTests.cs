using System.Net;
using System.Text.Json;
using Interop.Audio;
using Interop.Peers;
using Xunit;

namespace Interop.Ng;

/// <summary>The appliance in rtpengine's place: Kamailio signals, the media of two phones that cannot reach each other goes through the ng port's calls.</summary>
public sealed class KamailioTests
{
    private const int NgPort = 2223;

    [Theory]
    [InlineData("PCMU", "PCMU", "")]
    [InlineData("PCMA", "PCMU", "codec-mask-PCMA codec-transcode-PCMU")]
    public async Task Two_phones_hear_each_other_through_Kamailio(string callerCodec, string calleeCodec, string flags)
    {
        await using RoutedNetwork network = await RoutedNetwork.CreateAsync();
        await using TandemProcess tandem = await TandemProcess.StartAsync(new TandemSetup
        {
            Network = network.Server,
            Seeded = false,
            Settings = ["ng.enabled=true", $"ng.port={NgPort}", $"ng.interfaces=[\"one/{RoutedNetwork.ServerForOne}\", \"two/{RoutedNetwork.ServerForTwo}\"]"],
        });
        Sound one = await Speech.TestSignalAsync("en-us"), two = await Speech.TestSignalAsync("en-gb-scotland");
        await using BaresipPhone callee = await BaresipPhone.StartAsync(new PhoneOptions("callee", new IPEndPoint(RoutedNetwork.ServerForTwo, Kamailio.Port))
        {
            Network = network.Two,
            Address = RoutedNetwork.TwoAddress,
            Register = false,
            Codec = calleeCodec,
            Says = two,
        });
        await using Kamailio kamailio = await Kamailio.StartAsync(network, new IPEndPoint(IPAddress.Loopback, NgPort), new IPEndPoint(RoutedNetwork.TwoAddress, callee.Port), flags);
        await using BaresipPhone caller = await BaresipPhone.StartAsync(new PhoneOptions("caller", new IPEndPoint(RoutedNetwork.ServerForOne, Kamailio.Port))
        {
            Network = network.One,
            Address = RoutedNetwork.OneAddress,
            Register = false,
            Codec = callerCodec,
            Says = one,
        });
        await EndToEnd.Appliance.RunAsync(tandem, async () =>
        {
            try
            {
                await caller.CallAsync($"sip:callee@{RoutedNetwork.ServerForOne}:{Kamailio.Port}");
            }
            catch (TimeoutException e)
            {
                throw new TimeoutException($"{e.Message}\n--- Kamailio:\n{kamailio.Log}", e);
            }
            await Clock.SecondsAsync(6);
            await callee.HoldAsync();    // baresip's own records end with it
            await Clock.SecondsAsync(0.5);
            await EndToEnd.Appliance.AssertHeardAsync(caller, two, 4);
            await EndToEnd.Appliance.AssertHeardAsync(callee, one, 4);

            // The offer of this came from the other side: media flows again, through the same session.
            await callee.ResumeAsync();
            await Clock.SecondsAsync(1);
            int before = await PacketsAsync(network);
            await Clock.SecondsAsync(2);
            Assert.InRange(await PacketsAsync(network) - before, 150, 250);
            Assert.Equal(1, await SessionsAsync(network));
            await caller.HangUpAsync();
            await callee.NextAsync("CALL_CLOSED");
            await Clock.UntilAsync(async () => await SessionsAsync(network) == 0, 5, () => "the call's media was not deleted");
        });
    }

    /// <summary>RTP packets of the one call, both ways.</summary>
    private static async Task<int> PacketsAsync(RoutedNetwork network)
    {
        using NgPeer ng = NgPeer.Open(network.Server, new IPEndPoint(IPAddress.Loopback, NgPort));
        using JsonDocument list = await ng.AskAsync(new { command = "list" });
        string id = list.RootElement.GetProperty("calls")[0].GetString()!;
        using JsonDocument query = await ng.AskAsync(new Dictionary<string, object> { ["command"] = "query", ["call-id"] = id });
        return query.RootElement.GetProperty("totals").GetProperty("RTP").GetProperty("packets").GetInt32();
    }

    private static async Task<int> SessionsAsync(RoutedNetwork network)
    {
        using NgPeer ng = NgPeer.Open(network.Server, new IPEndPoint(IPAddress.Loopback, NgPort));
        using JsonDocument reply = await ng.AskAsync(new { command = "statistics" });
        return reply.RootElement.GetProperty("statistics").GetProperty("currentstatistics").GetProperty("sessionsown").GetInt32();
    }
}
