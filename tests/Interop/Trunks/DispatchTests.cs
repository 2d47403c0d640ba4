using System.Net;
using Interop.Defence;
using Interop.Peers;
using Tandem.Routing;
using Tandem.Storage;
using Xunit;

namespace Interop.Trunks;

/// <summary>Which gateway of a carrier gets a call, and how many calls a second the carrier gets, through the whole appliance.</summary>
public sealed class DispatchTests(Trunk trunk) : IClassFixture<Trunk>
{
    private static int s_addresses;

    private DigestCaller Caller(string user = "1001") =>
        new(new IPAddress([127, 7, 9, (byte)Interlocked.Increment(ref s_addresses)]), trunk.Tandem.Sip, user, TandemSetup.Password);

    private Task ConfigureAsync(Carrier carrier, IReadOnlyList<PlainGateway> gateways, params IReadOnlyList<int> weights) =>
        trunk.ConfigureAsync(carrier, [.. gateways.Select(gateway => Trunk.Uri(gateway.Port))], session =>
        {
            for (int i = 0; i < weights.Count; i++)
                GatewayStore.Save(session, new Gateway(carrier.Name, $"g{i + 1}", Trunk.Uri(gateways[i].Port)) { Weight = weights[i] }, DateTimeOffset.UtcNow);
        });

    private static async Task<DialledCall> DialAsync(DigestCaller phone, string? callId = null)
    {
        DialledCall call = await Task.Run(() => phone.Dial(Trunk.Number, callId));
        Assert.True(call.Status == 200, call.Answer);
        return call;
    }

    private static Task HangUpAsync(DigestCaller phone, DialledCall call) => Task.Run(() => phone.HangUp(call));

    [Fact]
    public Task Gateways_have_their_shares_by_weight() => trunk.RunAsync(async () =>
    {
        await using PlainGateway heavy = new(), light = new();
        await ConfigureAsync(Trunk.Acme with { Dispatch = DispatchMethod.Weight }, [heavy, light], 3, 1);
        using DigestCaller phone = Caller();
        for (int i = 0; i < 8; i++) await HangUpAsync(phone, await DialAsync(phone));
        Assert.Equal((6, 2), (heavy.Calls.Count, light.Calls.Count));
    });

    [Fact]
    public Task A_call_goes_where_there_are_fewest() => trunk.RunAsync(async () =>
    {
        await using PlainGateway one = new(), two = new();
        await ConfigureAsync(Trunk.Acme with { Dispatch = DispatchMethod.LeastCalls }, [one, two]);
        using DigestCaller phone = Caller();
        DialledCall first = await DialAsync(phone);
        (PlainGateway busy, PlainGateway free) = one.Calls.Count == 1 ? (one, two) : (two, one);
        DialledCall[] others = [await DialAsync(phone), await DialAsync(phone), await DialAsync(phone)];
        Assert.Equal((2, 2), (busy.Calls.Count, free.Calls.Count));
        foreach (DialledCall over in others) await HangUpAsync(phone, over);
        foreach (int calls in (int[])[3, 4])    // the first call still lasts
        {
            DialledCall next = await DialAsync(phone);
            Assert.Equal((2, calls), (busy.Calls.Count, free.Calls.Count));
            await HangUpAsync(phone, next);
        }
        await HangUpAsync(phone, first);
    });

    [Fact]
    public Task A_call_with_the_same_Call_ID_goes_to_the_same_gateway_and_others_elsewhere() => trunk.RunAsync(async () =>
    {
        await using PlainGateway one = new(), two = new();
        await ConfigureAsync(Trunk.Acme with { Dispatch = DispatchMethod.CallIdHash }, [one, two]);
        List<int>[] rounds = [[], []];
        using DigestCaller first = Caller(), second = Caller("1002");
        foreach ((DigestCaller phone, List<int> round) in (IEnumerable<(DigestCaller, List<int>)>)[(first, rounds[0]), (second, rounds[1])])
            for (int i = 0; i < 8; i++)
            {
                int before = one.Calls.Count;
                await HangUpAsync(phone, await DialAsync(phone, $"call-{i}-of-the-hash"));
                round.Add(one.Calls.Count - before);
            }
        Assert.Equal(rounds[0], rounds[1]);
        Assert.InRange(rounds[0].Sum(), 1, 7);
    });

    [Fact]
    public Task More_calls_a_second_than_a_carrier_takes_get_503_and_the_next_second_takes_one() => trunk.RunAsync(async () =>
    {
        await using PlainGateway gateway = new();
        await ConfigureAsync(Trunk.Acme with { MaxCallsPerSecond = 1 }, [gateway]);
        using DigestCaller phone = Caller();
        int taken = 0;
        await UntilAsync(503);    // at once, unless the host stands still for a second
        await UntilAsync(200);
        Assert.Equal(taken, gateway.Calls.Count);

        async Task UntilAsync(int wanted)
        {
            for (long until = Environment.TickCount64 + 30_000; Environment.TickCount64 < until;)
            {
                DialledCall call = await Task.Run(() => phone.Dial(Trunk.Number));
                if (call.Status == 200)
                {
                    taken++;
                    await HangUpAsync(phone, call);
                }
                if (call.Status == wanted) return;
                Assert.Contains(call.Status, (int[])[200, 503]);
                await Clock.SecondsAsync(wanted == 200 ? 0.05 : 0);
            }
            Assert.Fail($"never {wanted}; {taken} calls were taken");
        }
    });
}
