using System.CommandLine;
using Tandem.Http;

namespace Tandem.Cli;

/// <summary><c>tandem group</c>: numbers that ring together or in turn.</summary>
internal static class GroupCommand
{
    public static Command Create(CliSession session) => new("group", "Ring groups: users and numbers that ring together or in turn.")
    {
        ObjectCommands.Set(session, "set", "Adds a group or changes it. To give it a number: tandem extension add 2000 group NAME", GroupApi.Set,
            group => $"Group {group.Name} rings {string.Join(", ", group.Members)}, {ObjectText.Word(group.Method)}.", "name"),
        ObjectCommands.List(session, "Lists the groups.", GroupApi.List, ["Group", "Method", "Seconds", "Otherwise", "Members"],
            group => [group.Name, ObjectText.Word(group.Method), $"{group.RingSeconds}", group.Otherwise, string.Join(' ', group.Members)],
            "There are no ring groups. To add one: tandem group set sales --members 1001,1002"),
        ObjectCommands.Remove(session, "Removes a group that nothing rings.", GroupApi.Remove, key => $"Group {key.Name} removed.", "name"),
        ObjectCommands.Import(session, CsvKind.Groups, canReplace: false), ObjectCommands.Export(session, CsvKind.Groups),
    };
}
