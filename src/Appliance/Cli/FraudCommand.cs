using System.CommandLine;
using Tandem.Http;

namespace Tandem.Cli;

/// <summary><c>tandem fraud</c>: what users have used of their minutes to the outside.</summary>
internal static class FraudCommand
{
    public static Command Create(CliSession session) => new("fraud", "Shows what users have called to the outside, and gives them their minutes back.") { List(session), Forgive(session) };

    private static Command List(CliSession session)
    {
        Option<bool> json = CliSession.JsonOption();
        var command = new Command("list", "Lists the users that have called out.") { json };
        command.SetAction((parse, cancellation) => session.AskAsync(parse, async client =>
        {
            IReadOnlyList<FraudApi.UsageView> users = await client.AskAsync(FraudApi.List, Nothing.Value, cancellation).ConfigureAwait(false);
            if (parse.GetValue(json)) session.PrintJson(users);
            else
                session.PrintTable(["User", "Calls now", "Day", "Minutes", "Night of", "Minutes", "Refused"],
                    users.Select(user => new[] { user.User, $"{user.Calls}", $"{user.Day:yyyy-MM-dd}", $"{user.Minutes}", $"{user.Night:yyyy-MM-dd}", $"{user.NightMinutes}", $"{user.Refused}" }),
                    "Nobody has called out.");
        }, cancellation));
        return command;
    }

    private static Command Forgive(CliSession session)
    {
        Argument<string> name = new("user") { Description = "Name of the user." };
        var command = new Command("forgive", "Gives a user today's minutes back.") { name };
        command.SetAction((parse, cancellation) => session.AskAsync(parse, async client =>
        {
            await client.AskAsync(FraudApi.Forgive, new FraudApi.UserName(parse.GetRequiredValue(name)), cancellation).ConfigureAwait(false);
            session.Say($"User {parse.GetValue(name)} has all minutes of the day again.");
        }, cancellation));
        return command;
    }
}
