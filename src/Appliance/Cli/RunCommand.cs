using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Tandem.Configuration;
using Tandem.Observability;

namespace Tandem.Cli;

/// <summary><c>tandem run</c>: the appliance, until SIGTERM or SIGINT. SIGHUP reads the database again.</summary>
internal static class RunCommand
{
    public static Command Create(CliSession session)
    {
        var command = new Command("run", "Runs the appliance until it is stopped (Ctrl-C or SIGTERM). SIGHUP reloads.");
        command.SetAction((parse, cancellation) => session.GuardAsync(() => RunAsync(session, session.Options(parse), cancellation)));
        return command;
    }

    private static async Task<int> RunAsync(CliSession session, TandemOptions options, CancellationToken cancellation)
    {
        long begun = Stopwatch.GetTimestamp();
        CollectionPacing.Begin();
        using ILoggerFactory log = Logging(options.Log);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);

        ApplianceHost host;
        try
        {
            host = await ApplianceHost.StartAsync(options, log, stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            session.Say("Stopped before it was ready.");
            return CliSession.Done;
        }
        await using (host.ConfigureAwait(false))
        {
            using PosixSignalRegistration hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
            {
                signal.Cancel = true;
                _ = host.ReloadAsync();
            });
            InitCommand.Announce(session, host.MadePasswords);
            session.Say(string.Create(CultureInfo.InvariantCulture, $"Tandem {ProductVersion.Text} is ready after {Stopwatch.GetElapsedTime(begun).TotalMilliseconds:0} ms:"));
            session.PrintTable(["Service", "Address"], host.Listening.Select(listen => new[] { listen.Service, listen.Address }), "It listens nowhere.");
            await session.Out.FlushAsync(CancellationToken.None).ConfigureAwait(false);
            await Task.Delay(Timeout.Infinite, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            session.Say("Stopping: calls are ended, logs written.");
        }
        return CliSession.Done;

        // A second signal finds Cancel unset and ends the process at once.
        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        }
    }

    private static ILoggerFactory Logging(LogOptions options) => LoggerFactory.Create(logging => logging
        .SetMinimumLevel(options.Level)
        .AddFilter("Microsoft.AspNetCore", LogLevel.Warning)
        .AddFilter("Microsoft.Hosting", LogLevel.Warning)
        .AddFilter("Npgsql", LogLevel.Error)
        .AddConsole(console => console.FormatterName = LineFormatter.Named)
        .AddConsoleFormatter<LineFormatter, ConsoleFormatterOptions>());
}
