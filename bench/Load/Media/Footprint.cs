using System.Net.Sockets;
using System.Text.Json;

namespace Load.Media;

/// <summary>What Tandem's runtime says of itself.</summary>
/// <param name="Allocated">Bytes that the media loops have asked for since they started.</param>
/// <param name="Collections">Of each generation, of the whole process.</param>
/// <param name="PauseMs">How long everything stood still for them.</param>
internal sealed record Footprint(long Allocated, int[] Collections, double PauseMs)
{
    /// <summary>Asks the control socket in the data folder.</summary>
    public static Footprint Read(string folder)
    {
        string path = Path.Combine(folder, "tandem.sock");
        for (int tries = 0; tries < 100 && !File.Exists(path); tries++) Thread.Sleep(100);    // it opens last
        using var http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellation) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation).ConfigureAwait(false);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
        using JsonDocument status = JsonDocument.Parse(http.GetStringAsync(new Uri("http://tandem/api/v1/status")).GetAwaiter().GetResult());
        return new Footprint(
            status.RootElement.GetProperty("media_loops").EnumerateArray().Sum(loop => loop.GetProperty("allocated_bytes").GetInt64()),
            [.. status.RootElement.GetProperty("collections").EnumerateArray().Select(count => count.GetInt32())],
            status.RootElement.GetProperty("gc_pause_ms").GetDouble());
    }

    public static Footprint operator -(Footprint after, Footprint before) =>
        new(after.Allocated - before.Allocated, [.. after.Collections.Zip(before.Collections, (late, early) => late - early)], after.PauseMs - before.PauseMs);
}
