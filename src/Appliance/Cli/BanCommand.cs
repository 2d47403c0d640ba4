using System.CommandLine;
using System.Globalization;
using Tandem.Http;

namespace Tandem.Cli;

/// <summary><c>tandem ban</c>: who is kept out of SIP, and letting them in again.</summary>
internal static class BanCommand
{
    public static Command Create(CliSession session) => new("ban", "Shows who is kept out of SIP, bans and lifts bans.") { List(session), Add(session), Remove(session), Counters(session) };

    private static Argument<string> Subject() => new("subject") { Description = "An address (of IPv6 its /64 is meant) or the name of an account." };

    private static Command List(CliSession session)
    {
        Option<bool> json = CliSession.JsonOption();
        var command = new Command("list", "Lists the bans in force.") { json };
        command.SetAction((parse, cancellation) => session.AskAsync(parse, async client =>
        {
            IReadOnlyList<BanApi.BanView> bans = await client.AskAsync(BanApi.List, Nothing.Value, cancellation).ConfigureAwait(false);
            if (parse.GetValue(json)) session.PrintJson(bans);
            else
                session.PrintTable(["Who", "Kind", "Until (UTC)", "Kept out", "Why"],
                    bans.Select(ban => new[] { ban.Subject, ban.Kind, ObjectText.Time(ban.Until), $"{ban.Dropped}", ban.Reason }), "Nobody is banned.");
        }, cancellation));
        return command;
    }

    private static Command Add(CliSession session)
    {
        Argument<string> subject = Subject();
        Option<int?> seconds = new("--for") { Description = "Seconds; default: defence.ban_seconds.", HelpName = "SECONDS" };
        Option<string?> reason = new("--reason") { Description = "Why, for those who look at the list." };
        var command = new Command("add", "Bans a source, or strangers from an account.") { subject, seconds, reason };
        command.SetAction((parse, cancellation) => session.AskAsync(parse, async client =>
        {
            var wanted = new BanApi.NewBan(parse.GetRequiredValue(subject), parse.GetValue(seconds), parse.GetValue(reason));
            BanApi.BanView ban = await client.AskAsync(BanApi.Add, wanted, cancellation).ConfigureAwait(false);
            session.Say(ban.Kind == "account" ? $"The account {ban.Subject} is shut until {ObjectText.Time(ban.Until)} UTC for sources that never had its right password."
                : $"{ban.Subject} is banned until {ObjectText.Time(ban.Until)} UTC.");
        }, cancellation));
        return command;
    }

    private static Command Remove(CliSession session)
    {
        Argument<string> subject = Subject();
        var command = new Command("remove", "Lifts a ban.") { subject };
        command.SetAction((parse, cancellation) => session.AskAsync(parse, async client =>
        {
            string name = parse.GetRequiredValue(subject);
            await client.AskAsync(BanApi.Remove, new BanApi.BanSubject(name), cancellation).ConfigureAwait(false);
            session.Say($"{name} is not banned any more.");
        }, cancellation));
        return command;
    }

    private static Command Counters(CliSession session)
    {
        Option<bool> json = CliSession.JsonOption();
        var command = new Command("counters", "Says how much was kept out, and which networks no limit holds.") { json };
        command.SetAction((parse, cancellation) => session.AskAsync(parse, async client =>
        {
            BanApi.DefenceView defence = await client.AskAsync(BanApi.Defence, Nothing.Value, cancellation).ConfigureAwait(false);
            if (parse.GetValue(json))
            {
                session.PrintJson(defence);
                return;
            }
            if (!defence.Enabled) session.Say("The defence is switched off: defence.enabled = false.");
            session.Say($"Exempt: {string.Join(", ", defence.Exempt)}, and the addresses of carriers.");
            session.PrintTable(["Kept out, ever", ""], defence.Counters.Select(counter => new[] { counter.Key, counter.Value.ToString(CultureInfo.InvariantCulture) }), "Nothing was counted yet.");
        }, cancellation));
        return command;
    }
}
