using System.CommandLine;
using Tandem.Http;

namespace Tandem.Cli;

/// <summary><c>tandem reload</c>: the running appliance reads users, menus, agents and extensions from the database again.</summary>
internal static class ReloadCommand
{
    public static Command Create(CliSession session)
    {
        var command = new Command("reload", "Makes the running appliance read the database again, after a change that did not go through it.");
        command.SetAction((parse, cancellation) => session.AskAsync(parse, async client =>
        {
            await client.AskAsync(ApplianceApi.Reload, Nothing.Value, cancellation).ConfigureAwait(false);
            session.Say("Reloaded.");
        }, cancellation));
        return command;
    }
}
