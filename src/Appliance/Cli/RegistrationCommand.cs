using System.CommandLine;
using Tandem.Http;

namespace Tandem.Cli;

/// <summary><c>tandem registration</c>: which phones can be rung now.</summary>
internal static class RegistrationCommand
{
    public static Command Create(CliSession session) => new("registration", "The phones that can be rung now.") { List(session), Remove(session) };

    private static Command List(CliSession session)
    {
        Option<bool> json = CliSession.JsonOption();
        var command = new Command("list", "Lists the registered phones.") { json };
        command.SetAction((parse, cancellation) => session.AskAsync(parse, async client =>
        {
            IReadOnlyList<RegistrationApi.RegistrationView> phones = await client.AskAsync(RegistrationApi.List, Nothing.Value, cancellation).ConfigureAwait(false);
            if (parse.GetValue(json)) session.PrintJson(phones);
            else
                session.PrintTable(["User", "From", "Seconds left", "Phone", "Contact"],
                    phones.Select(phone => new[] { phone.User, phone.Source ?? "its contact", $"{phone.SecondsLeft}", phone.UserAgent, phone.Contact }), "No phone is registered.");
        }, cancellation));
        return command;
    }

    private static Command Remove(CliSession session)
    {
        Argument<string> user = new("user") { Description = "The user." };
        var command = new Command("remove", "Forgets a user's registrations until its phones register again.") { user };
        command.SetAction((parse, cancellation) => session.AskAsync(parse, async client =>
        {
            RegistrationApi.RemovedRegistrations removed = await client.AskAsync(RegistrationApi.Remove,
                new RegistrationApi.RegisteredUser(parse.GetRequiredValue(user)), cancellation).ConfigureAwait(false);
            session.Say($"{removed.Removed} removed.");
        }, cancellation));
        return command;
    }
}
