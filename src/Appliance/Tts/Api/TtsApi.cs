using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tandem.Configuration;
using Tandem.Tts.Api;

namespace Tandem.Tts;

/// <summary>The HTTP contract of the speech service: <c>/tts</c>, <c>/tts/phrase</c>, <c>/voices</c>, <c>/health</c>, <c>/cache/clear</c>.</summary>
public static class TtsApi
{
    /// <summary>Longest request body in bytes.</summary>
    public const int MaxBodyBytes = 256 * 1024;

    /// <summary>Builds the server; the caller starts, stops and disposes it. It listens on no other address, whatever the environment says.</summary>
    public static WebApplication Build(SpeechService speech, TtsApiOptions options, ILoggerFactory log)
    {
        ArgumentNullException.ThrowIfNull(speech);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(log);
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "tandem" });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Configure(kestrel, options));
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, CallerOwnedLifetime>();
        builder.Services.AddSingleton(log);
        WebApplication app = builder.Build();
        Map(app, new TtsHandlers(speech, log.CreateLogger(typeof(TtsApi).FullName!)));
        return app;
    }

    private static void Configure(KestrelServerOptions kestrel, TtsApiOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Listen(IPAddress.Parse(options.Address), options.Port);
        kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
        kestrel.Limits.MaxConcurrentConnections = 256;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
    }

    private static void Map(WebApplication app, TtsHandlers handlers)
    {
        app.Use(handlers.GuardAsync);
        app.UseRouting();
        app.MapPost("/tts", handlers.SpeakAsync);
        app.MapPost("/tts/phrase", handlers.SpeakPhraseAsync);
        app.MapGet("/voices", handlers.VoicesAsync);
        app.MapGet("/health", handlers.HealthAsync);
        app.MapGet("/cache/clear", handlers.ClearAsync);
    }

    /// <summary>The process belongs to the appliance: this server handles no signals and stops when it is told to.</summary>
    private sealed class CallerOwnedLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;
        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
