using Interop.Audio;
using Interop.Peers;
using Xunit;

namespace Interop.EndToEnd;

/// <summary>A phone at home behind a translating router, the appliance and another phone outside.</summary>
public sealed class NatTests
{
    [Theory]
    [InlineData("udp", true)]
    [InlineData("udp", false)]
    [InlineData("tcp", true)]
    public async Task A_phone_behind_NAT_calls_and_is_called_and_both_sides_hear_each_other(string transport, bool calls)
    {
        await using NatNetwork network = await NatNetwork.CreateAsync();
        await using Outside appliance = new(network.Outside);
        await appliance.InitializeAsync();
        await appliance.RunAsync(async () =>
        {
            Sound one = await Speech.TestSignalAsync("en-us"), two = await Speech.TestSignalAsync("en-gb-scotland");
            (string home, string outside) = calls ? ("1002", "1001") : ("1001", "1002");
            PhoneOptions atHome = appliance.Tandem.Phone(home, transport) with
            {
                Network = network.Home,
                Address = NatNetwork.HomeAddress,
                Says = one,
            };
            PhoneOptions away = appliance.Tandem.Phone(outside) with { Says = two };
            await MenuCallTests.TransferAsync(appliance, calls ? atHome : away, calls ? away : atHome, callerHangsUp: calls);
        });
    }

    private sealed class Outside(string network) : Appliance
    {
        protected override TandemSetup Setup => new() { Network = network, Address = NatNetwork.OutsideAddress };
    }
}
