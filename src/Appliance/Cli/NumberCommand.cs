using System.CommandLine;
using Tandem.Http;

namespace Tandem.Cli;

/// <summary><c>tandem number</c>: blocked and emergency numbers.</summary>
internal static class NumberCommand
{
    public static Command Create(CliSession session) => new("number", "Blocked and emergency numbers.")
    {
        ObjectCommands.Set(session, "add", "Blocks a number, as called or as caller, or makes it an emergency number.", NumberApi.Set,
            rule => $"{rule.Number}{(rule.Prefix ? "…" : "")}: {ObjectText.Word(rule.Kind)}.", "number", "kind"),
        ObjectCommands.List(session, "Lists them.", NumberApi.List, ["Number", "Rule", "Note"],
            rule => [rule.Prefix ? $"{rule.Number}…" : rule.Number, ObjectText.Word(rule.Kind), rule.Note], "There are none. To block one: tandem number add +34806 blocked --prefix"),
        ObjectCommands.Remove(session, "Removes a rule.", NumberApi.Remove, key => $"{key.Number} is no longer {ObjectText.Word(key.Kind)}.", "number", "kind"),
        ObjectCommands.Import(session, CsvKind.Numbers, canReplace: true), ObjectCommands.Export(session, CsvKind.Numbers),
    };
}
