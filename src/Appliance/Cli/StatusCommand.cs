using System.CommandLine;
using Tandem.Http;

namespace Tandem.Cli;

/// <summary><c>tandem status</c>: whether an appliance runs, where it listens, what it does. Exit code 1 when none runs.</summary>
internal static class StatusCommand
{
    public static Command Create(CliSession session)
    {
        Option<bool> json = CliSession.JsonOption();
        var command = new Command("status", "Says whether an appliance runs, where it listens and what it does.") { json };
        command.SetAction((parse, cancellation) => session.GuardAsync(async () =>
        {
            string socket = session.Options(parse).Data.ControlSocket;
            await using SocketClient? client = await SocketClient.TryConnectAsync(socket, cancellation).ConfigureAwait(false);
            if (client is null)
            {
                if (parse.GetValue(json)) session.PrintJson(new { running = false });
                else session.ExplainNotRunning(socket);
                return CliSession.Failed;
            }
            ApplianceStatus status = await client.AskAsync(ApplianceApi.Status, new ApplianceApi.StatusQuery(), cancellation).ConfigureAwait(false);
            if (parse.GetValue(json)) session.PrintJson(status);
            else Print(session, status);
            return CliSession.Done;
        }));
        return command;
    }

    private static void Print(CliSession session, ApplianceStatus status)
    {
        session.Say($"Tandem {status.Version} is running (process {status.ProcessId}) since "
            + $"{ObjectText.Time(status.StartedAt)} UTC, node {status.Node}.");
        session.Say($"Calls now: {status.ActiveCalls}. Phones registered: {status.Registrations}. Voice: {status.Voice ?? "none"}. Media: {status.Media}. Database: {status.Database}.");
        if (status.CallLogDropped > 0) session.Say($"The call log lost {status.CallLogDropped} events: the disk did not take them. Check its space and health.");
        if (status.Recordings > 0) session.Say($"Calls being recorded: {status.Recordings}.");
        if (status.RecordingProblems > 0) session.Say($"Recordings not whole: {status.RecordingProblems}. The log says why.");
        if (status.Problem is { } problem) session.Say($"Problem: {problem}");
        session.PrintTable(["Service", "Address"], status.Listening.Select(listen => new[] { listen.Service, listen.Address }), "It listens nowhere.");
    }
}
