using System.CommandLine;
using Tandem.Configuration;
using Tandem.Http;

namespace Tandem.Cli;

/// <summary><c>tandem check</c>: looks at everything a start needs and says of each that it is in order, or what to do. Exit code 1 where something is not.</summary>
internal static class CheckCommand
{
    public static Command Create(CliSession session)
    {
        Option<bool> json = CliSession.JsonOption();
        var command = new Command("check", "Checks ports, libraries, limits, database and voice, and says what to do.") { json };
        command.SetAction((parse, cancellation) => session.GuardAsync(async () =>
        {
            TandemOptions options = session.Options(parse);
            await using SocketClient? running = await SocketClient.TryConnectAsync(options.Data.ControlSocket, cancellation).ConfigureAwait(false);
            string file = parse.GetValue(session.Config) ?? OptionsLoader.FindFile(parse.GetValue(session.Data)) ?? "";
            IReadOnlyList<string> held = running is null ? []
                : [.. (await running.AskAsync(ApplianceApi.Status, new ApplianceApi.StatusQuery(), cancellation).ConfigureAwait(false)).Listening.Select(listen => listen.Address)];
            List<CheckResult> results =
            [
                CheckResult.Good("settings", file.Length > 0 ? $"{Path.GetFullPath(file)} is valid" : "no file: defaults apply"),
                HostChecks.DataFolder(options.Data.Folder),
                .. HostChecks.Ports(options, held),
                HostChecks.MediaPorts(options.Media.Ports, running is not null),
                HostChecks.Recordings(options.Recording),
                HostChecks.Opus(),
                HostChecks.Program("espeak-ng"),
                HostChecks.OpenFiles(options.Calls.Max),
                HostChecks.Database(options.Database),
                await HostChecks.VoiceAsync(options.Speech, cancellation).ConfigureAwait(false),
            ];
            if (parse.GetValue(json)) session.PrintJson(results);
            else session.PrintTable(["", "Check", "Finding"], results.Select(result =>
                new[] { result.Ok ? "ok" : "NO", result.What, result.Ok ? result.Finding : $"{result.Finding}. {result.Advice}" }), "");
            return results.TrueForAll(result => result.Ok) ? CliSession.Done : CliSession.Failed;
        }));
        return command;
    }
}
