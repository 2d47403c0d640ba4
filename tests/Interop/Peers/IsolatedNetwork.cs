namespace Interop.Peers;

/// <summary>A network namespace with nothing but loopback: what is sent to any other address goes nowhere.</summary>
public sealed class IsolatedNetwork : IAsyncDisposable
{
    private static int s_made;

    public string Name { get; } = $"tdi{Environment.ProcessId}x{Interlocked.Increment(ref s_made)}";

    public static async Task<IsolatedNetwork> CreateAsync()
    {
        IsolatedNetwork network = new();
        await ChildProcess.RunAsync("ip", ["netns", "add", network.Name]);
        await ChildProcess.RunAsync("ip", ["-n", network.Name, "link", "set", "lo", "up"]);
        return network;
    }

    public async ValueTask DisposeAsync() => await ChildProcess.RunAsync("ip", ["netns", "del", Name]);
}
