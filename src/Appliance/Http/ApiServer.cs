using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Tandem.Http;

/// <summary>Serves the API on the control socket: a Unix socket in the data folder that only its owner may open.</summary>
public sealed class ApiServer : IAsyncDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int MostImportBytes = 64 << 20;    // a CSV file of some hundred thousand numbers
    private readonly WebApplication _web;
    private readonly string _socket;

    private ApiServer(WebApplication web, string socket)
    {
        _web = web;
        _socket = socket;
    }

    /// <exception cref="StartException">Another appliance serves this data folder, or the socket cannot be made.</exception>
    public static async Task<ApiServer> StartAsync(ApiContext context, ILoggerFactory log, CancellationToken cancellation)
    {
        string socket = context.Options.Data.ControlSocket;
        await ClaimAsync(socket, cancellation).ConfigureAwait(false);
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, HostedLifetime>();
        builder.Services.AddSingleton(log);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MostImportBytes;
            kestrel.ListenUnixSocket(socket);
        });
        WebApplication web = builder.Build();
        ApiEndpoints.Map(web, context, door: null, log);
        web.MapGet("/health", http => http.Response.WriteAsync("ok"));
        try
        {
            await web.StartAsync(cancellation).ConfigureAwait(false);
            File.SetUnixFileMode(socket, OwnerOnly);    // until here the folder's 0700 guards it
        }
        catch (Exception error) when (error is IOException or SocketException or ArgumentException)
        {
            await web.DisposeAsync().ConfigureAwait(false);
            throw new StartException($"The control socket {socket} cannot be made: {error.Message.TrimEnd('.')}.",
                "Use a data folder with a shorter path (the socket's name may have 107 bytes) that this user may write to.", error);
        }
        return new ApiServer(web, socket);
    }

    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _web.StopAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _web.DisposeAsync().ConfigureAwait(false);
        File.Delete(_socket);
    }

    /// <summary>A socket file without a listener is left over from a kill; one that answers belongs to somebody.</summary>
    private static async Task ClaimAsync(string path, CancellationToken cancellation)
    {
        if (!File.Exists(path)) return;
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await probe.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation).ConfigureAwait(false);
        }
        catch (SocketException)
        {
            File.Delete(path);
            return;
        }
        throw new StartException($"An appliance is running on this data folder already ({path} answers).",
            "Ask it with 'tandem status', stop it first, or give another folder with --data DIR.");
    }
}
