using System.CommandLine;
using Tandem.Http;
using Tandem.Storage;

namespace Tandem.Cli;

/// <summary><c>tandem extension</c>: what a dialled number rings.</summary>
internal static class ExtensionCommand
{
    public static Command Create(CliSession session) => new("extension", "What a dialled number rings.") { Add(session), List(session), Remove(session) };

    private static Argument<string> Number() => new("number") { Description = "The number that is dialled." };

    private static Command Add(CliSession session)
    {
        Argument<string> number = Number();
        Argument<ExtensionKind> kind = new("kind") { Description = "user, menu, agents or group." };
        Argument<string> target = new("target") { Description = "User name, menu id, agent extensions separated by commas (* for all), or ring group." };
        var command = new Command("add", "Makes a number ring a user, a menu or agents; an existing number is changed.") { number, kind, target };
        command.SetAction((parse, cancellation) => session.AskAsync(parse, async client =>
        {
            Extension set = await client.AskAsync(ExtensionApi.Set,
                new ExtensionApi.NewExtension(parse.GetRequiredValue(number), parse.GetRequiredValue(kind), parse.GetRequiredValue(target)), cancellation)
                .ConfigureAwait(false);
            session.Say($"{set.Number} rings {set.Kind.ToString().ToLowerInvariant()} {set.Target}.");
        }, cancellation));
        return command;
    }

    private static Command List(CliSession session)
    {
        Option<bool> json = CliSession.JsonOption();
        var command = new Command("list", "Lists the extensions.") { json };
        command.SetAction((parse, cancellation) => session.AskAsync(parse, async client =>
        {
            IReadOnlyList<Extension> extensions = await client.AskAsync(ExtensionApi.List, Nothing.Value, cancellation).ConfigureAwait(false);
            if (parse.GetValue(json)) session.PrintJson(extensions);
            else
                session.PrintTable(["Number", "Rings", "Target"],
                    extensions.Select(extension => new[] { extension.Number, extension.Kind.ToString().ToLowerInvariant(), extension.Target }),
                    "There are no extensions. To add one: tandem extension add 9999 menu main");
        }, cancellation));
        return command;
    }

    private static Command Remove(CliSession session)
    {
        Argument<string> number = Number();
        var command = new Command("remove", "Removes an extension; what it rang stays.") { number };
        command.SetAction((parse, cancellation) => session.AskAsync(parse, async client =>
        {
            await client.AskAsync(ExtensionApi.Remove, new ExtensionApi.ExtensionNumber(parse.GetRequiredValue(number)), cancellation).ConfigureAwait(false);
            session.Say($"Extension {parse.GetValue(number)} removed.");
        }, cancellation));
        return command;
    }
}
