using System.CommandLine;
using System.Net.ServerSentEvents;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Tandem.Cli;

/// <summary><c>tandem events</c>: what happens in the running appliance, as it happens, until Ctrl-C.</summary>
internal static class EventsCommand
{
    private const string Gap = "Events were missed here: see the state, for example with 'tandem calls' or 'tandem status'.";

    public static Command Create(CliSession session)
    {
        Option<string?> kind = new("--kind")
        {
            Description = "Only kinds that begin so, more than one with commas: call, registration, gateway, carrier, ban, fraud, session, config.",
            HelpName = "KIND[,KIND]",
        };
        Option<int?> limit = new("--limit") { Description = "End after so many.", HelpName = "COUNT" };
        Option<bool> json = new("--json") { Description = "Print each event as the API has it, one JSON object a line." };
        limit.Validators.Add(result =>
        {
            if (result.GetValue(limit) < 1) result.AddError("--limit takes a number from 1 on.");
        });
        var command = new Command("events", "Shows what happens, as it happens, until Ctrl-C: calls, phones, gateways, bans, alarms, log-ins, changes.") { kind, limit, json };
        command.SetAction((parse, cancellation) => session.GuardAsync(async () =>
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop), terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
            try
            {
                return await FollowAsync(session, session.Options(parse).Data.ControlSocket, parse.GetValue(kind), parse.GetValue(limit) ?? int.MaxValue, parse.GetValue(json), stop.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return CliSession.Done;
            }

            void Stop(PosixSignalContext signal)
            {
                signal.Cancel = !stop.IsCancellationRequested;
                stop.Cancel();
            }
        }));
        return command;
    }

    /// <summary>A stream ends when its reader was too slow, or with the appliance: whoever comes back gets what it missed.</summary>
    private static async Task<int> FollowAsync(CliSession session, string socket, string? kind, int limit, bool json, CancellationToken stop)
    {
        string? last = null;
        for (bool first = true; ; first = false)
        {
            await using SocketClient? client = await SocketClient.TryConnectAsync(socket, stop).ConfigureAwait(false);
            if (client is null)
            {
                if (first) session.ExplainNotRunning(socket);
                else session.Explain("The appliance has stopped.", "When it runs again: tandem events");
                return CliSession.Failed;
            }
            try
            {
                await using Stream stream = await client.WatchAsync(kind, last, stop).ConfigureAwait(false);
                if (first) session.Explain("Watching; Ctrl-C ends it.", "");
                await foreach (SseItem<string> e in SseParser.Create(stream).EnumerateAsync(stop).ConfigureAwait(false))
                {
                    last = e.EventId ?? last;
                    Print(session, e, json);
                    if (e.EventType != "gap" && --limit == 0) return CliSession.Done;
                }
            }
            catch (Exception error) when (error is HttpRequestException or IOException)
            {
                // It broke off: either the appliance is gone, which the next turn sees, or it goes on from the last event.
            }
            await Task.Delay(TimeSpan.FromMilliseconds(200), stop).ConfigureAwait(false);
        }
    }

    private static void Print(CliSession session, SseItem<string> e, bool json)
    {
        if (e.EventType == "gap") session.Say(json ? JsonSerializer.Serialize(new { kind = "gap" }) : Gap);
        else session.Say(json ? e.Data : EventLine.Of(e.Data));
    }
}
