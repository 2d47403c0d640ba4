using System.CommandLine;
using Tandem.Http;

namespace Tandem.Cli;

/// <summary><c>tandem person</c>: who may use the API.</summary>
internal static class PersonCommand
{
    public static Command Create(CliSession session) => new("person", "The people who may use the API, and as what.")
    {
        Add(session), List(session), Set(session), Password(session), Remove(session),
    };

    private static Argument<string> Name() => new("name") { Description = "The person's name." };

    private static Option<string?> PasswordOption() => new("--password")
    {
        Description = "The password, 10 characters or more. Without it: from standard input if piped, else one is made, shown once, and changed at the first log-in.",
    };

    private static Command Add(CliSession session)
    {
        Argument<string> name = Name();
        Option<string> role = new("--role") { Description = "admin, operator or viewer.", Required = true };
        Option<string?> password = PasswordOption();
        var command = new Command("add", "Lets a person use the API.") { name, role, password };
        command.SetAction((parse, cancellation) => session.AskAsync(parse, async client =>
        {
            PeopleApi.PersonSecret made = await client.AskAsync(PeopleApi.Add, new PeopleApi.NewPerson(parse.GetRequiredValue(name), parse.GetRequiredValue(role),
                session.ReadPassword(parse.GetValue(password))), cancellation).ConfigureAwait(false);
            session.Say($"{made.Name} is {made.Role}.");
            ShowOnce(session, made);
        }, cancellation));
        return command;
    }

    private static Command List(CliSession session)
    {
        Option<bool> json = CliSession.JsonOption();
        var command = new Command("list", "Lists the people.") { json };
        command.SetAction((parse, cancellation) => session.AskAsync(parse, async client =>
        {
            IReadOnlyList<PeopleApi.PersonView> people = await client.AskAsync(PeopleApi.List, Nothing.Value, cancellation).ConfigureAwait(false);
            if (parse.GetValue(json)) session.PrintJson(people);
            else
                session.PrintTable(["Name", "Role", "Enabled", "Last log-in (UTC)"], people.Select(person => new[]
                {
                    person.Name, person.Role, person.Enabled ? "yes" : "no",
                    person.LastLoginAt is { } at ? ObjectText.Time(at) : "never",
                }), "Nobody may use the API. To let somebody: tandem person add NAME --role admin");
        }, cancellation));
        return command;
    }

    private static Command Set(CliSession session)
    {
        Argument<string> name = Name();
        Option<string?> role = new("--role") { Description = "admin, operator or viewer." };
        Option<bool?> enabled = new("--enabled") { Description = "true or false." };
        var command = new Command("set", "Changes what a person may do.") { name, role, enabled };
        command.SetAction((parse, cancellation) => session.AskAsync(parse, async client =>
        {
            PeopleApi.PersonView person = await client.AskAsync(PeopleApi.Change,
                new PeopleApi.PersonChange(parse.GetRequiredValue(name), parse.GetValue(role), parse.GetValue(enabled)), cancellation).ConfigureAwait(false);
            session.Say($"{person.Name} is {person.Role}{(person.Enabled ? "" : ", and may not log in")}.");
        }, cancellation));
        return command;
    }

    private static Command Password(CliSession session)
    {
        Argument<string> name = Name();
        Option<string?> password = PasswordOption();
        var command = new Command("password", "Gives a person a new password and logs it out everywhere.") { name, password };
        command.SetAction((parse, cancellation) => session.AskAsync(parse, async client =>
        {
            PeopleApi.PersonSecret made = await client.AskAsync(PeopleApi.Password,
                new PeopleApi.PersonPassword(parse.GetRequiredValue(name), session.ReadPassword(parse.GetValue(password))), cancellation).ConfigureAwait(false);
            session.Say($"{made.Name} has a new password.");
            ShowOnce(session, made);
        }, cancellation));
        return command;
    }

    private static Command Remove(CliSession session)
    {
        Argument<string> name = Name();
        var command = new Command("remove", "Removes a person with its sessions and tokens.") { name };
        command.SetAction((parse, cancellation) => session.AskAsync(parse, async client =>
        {
            await client.AskAsync(PeopleApi.Remove, new PeopleApi.PersonName(parse.GetRequiredValue(name)), cancellation).ConfigureAwait(false);
            session.Say($"{parse.GetValue(name)} is removed.");
        }, cancellation));
        return command;
    }

    private static void ShowOnce(CliSession session, PeopleApi.PersonSecret made)
    {
        if (made.Password is { } password) session.Say($"Password: {password}   (shown once; to be changed at the first log-in)");
    }
}
