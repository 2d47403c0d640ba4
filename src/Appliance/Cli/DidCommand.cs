using System.CommandLine;
using Tandem.Http;
using Tandem.Routing;

namespace Tandem.Cli;

/// <summary><c>tandem did</c>: our numbers in the telephone network.</summary>
internal static class DidCommand
{
    public static Command Create(CliSession session) => new("did", "Our numbers in the telephone network and what they ring.")
    {
        ObjectCommands.Set(session, "set", "Adds a number or points it elsewhere.", DidApi.Set, did => $"{Shown(did)} {Does(did)}.", "number"),
        List(session),
        ObjectCommands.Remove(session, "Removes a number; what it rang stays.", DidApi.Remove, key => $"Number {key.Number} removed.", "number"),
        ObjectCommands.Import(session, CsvKind.Dids, canReplace: true), ObjectCommands.Export(session, CsvKind.Dids),
    };

    private static Command List(CliSession session)
    {
        Argument<string?> number = new("number") { Description = "Only those that begin so.", Arity = ArgumentArity.ZeroOrOne };
        Option<int> limit = new("--limit") { Description = "How many.", DefaultValueFactory = _ => 100 };
        Option<bool> json = CliSession.JsonOption();
        var command = new Command("list", "Lists the numbers.") { number, limit, json };
        command.SetAction((parse, cancellation) => session.AskAsync(parse, async client =>
        {
            Page<Did> page = await client.AskAsync(DidApi.List, new DidApi.DidQuery(parse.GetValue(number), parse.GetValue(limit)), cancellation).ConfigureAwait(false);
            if (parse.GetValue(json))
            {
                session.PrintJson(page.Items);
                return;
            }
            session.PrintTable(["Number", "Carrier", "Rings", "Target", "Forward"],
                page.Items.Select(did => new[] { Shown(did), did.Carrier, ObjectText.Word(did.Kind), did.Target, did.ForwardTo is { } to ? $"{(did.ForwardAlways ? "always" : "on failure")} to {to}" : "" }),
                "There are no numbers. To add one: tandem did set +34911234567 --kind menu --target main");
            if (page.Next is not null) session.Say("There are more: give the beginning of a number, --limit, or use tandem did export.");
        }, cancellation));
        return command;
    }

    private static string Shown(Did did) => did.Prefix ? $"{did.Number}…" : did.Number;

    private static string Does(Did did) => did.ForwardAlways ? $"forwards to {did.ForwardTo}"
        : $"rings {ObjectText.Word(did.Kind)} {did.Target}{(did.ForwardTo is null ? "" : $", calls that fail go to {did.ForwardTo}")}";
}
