using System.Net;

namespace Interop.Peers;

/// <summary>
/// Two phones' networks and a server with an address in each. Nothing is forwarded between the two, so all that one phone hears of the other
/// went through a program on the server.
/// </summary>
public sealed class RoutedNetwork : IAsyncDisposable
{
    private static int s_made;

    private readonly string _name = $"tdr{Environment.ProcessId}x{Interlocked.Increment(ref s_made)}";

    public string Server => _name + "s";

    public string One => _name + "1";

    public string Two => _name + "2";

    public static IPAddress OneAddress { get; } = IPAddress.Parse("10.81.1.2");

    public static IPAddress TwoAddress { get; } = IPAddress.Parse("10.81.2.2");

    /// <summary>The server as <see cref="One"/> sees it.</summary>
    public static IPAddress ServerForOne { get; } = IPAddress.Parse("10.81.1.1");

    /// <summary>The server as <see cref="Two"/> sees it.</summary>
    public static IPAddress ServerForTwo { get; } = IPAddress.Parse("10.81.2.1");

    public static async Task<RoutedNetwork> CreateAsync()
    {
        RoutedNetwork network = new();
        try
        {
            foreach (string host in (string[])[network.Server, network.One, network.Two])
            {
                await Ip("netns", "add", host);
                await Ip("-n", host, "link", "set", "lo", "up");
            }
            await network.LinkAsync(network.One, OneAddress, ServerForOne, "a");
            await network.LinkAsync(network.Two, TwoAddress, ServerForTwo, "b");
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
        foreach (string host in (string[])[One, Two, Server])
        {
            if (File.Exists($"/run/netns/{host}")) await Ip("netns", "del", host);
        }
    }

    private async Task LinkAsync(string host, IPAddress address, IPAddress server, string letter)
    {
        string near = $"{_name}{letter}0", far = $"{_name}{letter}1";
        await Ip("link", "add", near, "netns", host, "type", "veth", "peer", "name", far, "netns", Server);
        await Ip("-n", host, "address", "add", $"{address}/24", "dev", near);
        await Ip("-n", Server, "address", "add", $"{server}/24", "dev", far);
        await Ip("-n", host, "link", "set", near, "up");
        await Ip("-n", Server, "link", "set", far, "up");
        await Ip("-n", host, "route", "add", "default", "via", server.ToString());
    }

    private static Task<string> Ip(params string[] arguments) => ChildProcess.RunAsync("ip", arguments);
}
