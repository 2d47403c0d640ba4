using System.Net;

namespace Interop.Peers;

/// <summary>
/// Three network namespaces in a row: a home with one host, a router that translates its addresses and ports, and the outside.
/// Nothing outside can reach the home but by answering what came out of it.
/// </summary>
public sealed class NatNetwork : IAsyncDisposable
{
    private static int s_made;

    private readonly string _name = $"td{Environment.ProcessId}x{Interlocked.Increment(ref s_made)}";

    public string Home => _name + "h";

    public string Router => _name + "r";

    public string Outside => _name + "o";

    public static IPAddress HomeAddress { get; } = IPAddress.Parse("192.168.77.2");

    /// <summary>The router's outer address: what the outside sees of the home.</summary>
    public static IPAddress RouterAddress { get; } = IPAddress.Parse("203.0.113.1");

    public static IPAddress OutsideAddress { get; } = IPAddress.Parse("203.0.113.2");

    public static async Task<NatNetwork> CreateAsync()
    {
        NatNetwork network = new();
        try
        {
            foreach (string host in (string[])[network.Home, network.Router, network.Outside])
            {
                await Ip("netns", "add", host);
                await Ip("-n", host, "link", "set", "lo", "up");
            }
            await network.LinkAsync(network.Home, "192.168.77.2/24", network.Router, "192.168.77.1/24", "a");
            await network.LinkAsync(network.Router, "203.0.113.1/24", network.Outside, "203.0.113.2/24", "b");
            await Ip("-n", network.Home, "route", "add", "default", "via", "192.168.77.1");
            await ChildProcess.RunAsync("sh", ["-c", "echo 1 > /proc/sys/net/ipv4/ip_forward"], network: network.Router);
            await ChildProcess.RunAsync("nft", ["add table ip nat; add chain ip nat out { type nat hook postrouting priority srcnat; };"
                + $" add rule ip nat out oifname {network._name}b0 masquerade fully-random"], network: network.Router);
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (string host in (string[])[Home, Router, Outside])
        {
            if (File.Exists($"/run/netns/{host}")) await Ip("netns", "del", host);
        }
    }

    private async Task LinkAsync(string one, string oneAddress, string two, string twoAddress, string letter)
    {
        string first = $"{_name}{letter}0", second = $"{_name}{letter}1";
        await Ip("link", "add", first, "netns", one, "type", "veth", "peer", "name", second, "netns", two);
        foreach ((string host, string end, string address) in ((string, string, string)[])[(one, first, oneAddress), (two, second, twoAddress)])
        {
            await Ip("-n", host, "address", "add", address, "dev", end);
            await Ip("-n", host, "link", "set", end, "up");
        }
    }

    private static Task<string> Ip(params string[] arguments) => ChildProcess.RunAsync("ip", arguments);
}
