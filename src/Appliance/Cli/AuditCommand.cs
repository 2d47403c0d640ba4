using System.CommandLine;
using Tandem.Http;

namespace Tandem.Cli;

/// <summary><c>tandem audit</c>: who changed what.</summary>
internal static class AuditCommand
{
    public static Command Create(CliSession session)
    {
        Option<string?> who = new("--who") { Description = "Only this person's changes; owner: those of the command line." };
        Option<int> limit = new("--limit") { Description = "How many of the latest.", DefaultValueFactory = _ => 20 };
        Option<bool> json = CliSession.JsonOption();
        var command = new Command("audit", "Shows who changed what, the latest first.") { who, limit, json };
        command.SetAction((parse, cancellation) => session.AskAsync(parse, async client =>
        {
            IReadOnlyList<AuditApi.AuditView> changes = (await client.AskAsync(AuditApi.List,
                new AuditApi.AuditQuery(parse.GetValue(who), parse.GetValue(limit)), cancellation).ConfigureAwait(false)).Items;
            if (parse.GetValue(json)) session.PrintJson(changes);
            else
                session.PrintTable(["At (UTC)", "Who", "From", "Operation", "What", "Asked for"], changes.Select(change => new[]
                {
                    ObjectText.Time(change.At), change.Who, change.Source, change.Operation, change.Target,
                    change.Input?.ToJsonString(ApiJson.Options),
                }), "Nothing was changed yet.");
        }, cancellation));
        return command;
    }
}
