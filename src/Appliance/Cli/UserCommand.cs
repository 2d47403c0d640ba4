using System.CommandLine;
using Tandem.Configuration;
using Tandem.Http;
using Tandem.Routing;

namespace Tandem.Cli;

/// <summary><c>tandem user</c>: the accounts that phones register with.</summary>
internal static class UserCommand
{
    public static Command Create(CliSession session) => new("user", "The accounts that phones register with.")
    {
        Add(session), List(session), Set(session), Forward(session), Password(session), Remove(session),
    };

    private static Argument<string> Name() => new("name") { Description = "The user's name, usually its number." };

    private static Option<string?> PasswordOption() => new("--password") { Description = "The password. Without it: from standard input if piped, else one is made and shown once." };

    private static Command Add(CliSession session)
    {
        Argument<string> name = Name();
        Option<string?> password = PasswordOption();
        Option<string?> display = new("--name") { Description = "Name to show." };
        Option<bool> noExtension = new("--no-extension") { Description = "Do not make the number of the same name ring this user." };
        Option<string?> codecs = CodecsOption(), srtp = SrtpOption();
        var command = new Command("add", "Adds a user, and the extension that rings it.") { name, password, display, noExtension, codecs, srtp };
        command.SetAction((parse, cancellation) => session.AskAsync(parse, async client =>
        {
            UserApi.UserSecret made = await client.AskAsync(UserApi.Add, new UserApi.NewUser(parse.GetRequiredValue(name),
                session.ReadPassword(parse.GetValue(password)), parse.GetValue(display), !parse.GetValue(noExtension), parse.GetValue(codecs),
                parse.GetValue(srtp)), cancellation).ConfigureAwait(false);
            session.Say($"User {made.Name} added.");
            ShowOnce(session, made);
        }, cancellation));
        return command;
    }

    private static Command List(CliSession session)
    {
        Option<bool> json = CliSession.JsonOption();
        var command = new Command("list", "Lists the users and how many phones each has registered.") { json };
        command.SetAction((parse, cancellation) => session.AskAsync(parse, async client =>
        {
            IReadOnlyList<UserApi.UserView> users = await client.AskAsync(UserApi.List, Nothing.Value, cancellation).ConfigureAwait(false);
            if (parse.GetValue(json)) session.PrintJson(users);
            else
                session.PrintTable(["User", "Phones", "Realm", "Codecs", "SRTP", "Caller id", "Name"],
                    users.Select(user => new[]
                    {
                        user.Name, $"{user.Registrations}", user.Realm, user.Codecs.Length > 0 ? user.Codecs : "default", user.Srtp, user.CallerId, user.DisplayName,
                    }),
                    "There are no users. To add one: tandem user add 1001");
        }, cancellation));
        return command;
    }

    private static Option<string?> CodecsOption() => new("--codecs")
    {
        Description = $"The user's codecs in order of preference, separated by commas, of {CodecName.Known}; \"\": those of the host.",
    };

    private static Option<string?> SrtpOption() => new("--srtp")
    {
        Description = "Whether the user's media is encrypted: off; optional, where the phone can (the default); required, or there is no call.",
    };

    private static Command Set(CliSession session)
    {
        Argument<string> name = Name();
        Option<string?> codecs = CodecsOption(), srtp = SrtpOption();
        Option<string?> callerId = new("--caller-id") { Description = "The number that the outside sees, with + and country code; \"\": none of its own." };
        var command = new Command("set", "Changes what a user has.") { name, codecs, srtp, callerId };
        command.SetAction((parse, cancellation) => session.AskAsync(parse, async client =>
        {
            var change = new UserApi.UserChange(parse.GetRequiredValue(name), parse.GetValue(codecs), parse.GetValue(srtp), parse.GetValue(callerId));
            await client.AskAsync(UserApi.Change, change, cancellation).ConfigureAwait(false);
            session.Say($"User {parse.GetValue(name)} changed.");
        }, cancellation));
        return command;
    }

    private static Command Forward(CliSession session)
    {
        Option<bool> off = new("--off") { Description = "Forward nothing any more." };
        var fields = new FieldOptions<ForwardingFields>("user");
        var command = fields.AddTo(new Command("forward", "Sends a user's calls elsewhere: always, when busy, when not answered; \"\" ends one of them.") { off });
        command.SetAction((parse, cancellation) => session.AskAsync(parse, async client =>
        {
            ForwardingFields input = fields.Read(session, parse);
            if (parse.GetValue(off)) input = input with { Always = "", Busy = "", NoAnswer = "" };
            Forwarding set = await client.AskAsync(ForwardingApi.Set, input, cancellation).ConfigureAwait(false);
            session.Say(set.IsEmpty ? $"Calls to {set.User} ring {set.User}." : $"Calls to {set.User} go " + string.Join(", ", new[]
            {
                set.Always is null ? null : $"always to {set.Always}", set.Busy is null ? null : $"when busy to {set.Busy}",
                set.NoAnswer is null ? null : $"after {set.NoAnswerSeconds} s to {set.NoAnswer}",
            }.Where(part => part is not null)) + ".");
        }, cancellation));
        return command;
    }

    private static Command Password(CliSession session)
    {
        Argument<string> name = Name();
        Option<string?> password = PasswordOption();
        var command = new Command("password", "Gives a user a new password.") { name, password };
        command.SetAction((parse, cancellation) => session.AskAsync(parse, async client =>
        {
            UserApi.UserSecret made = await client.AskAsync(UserApi.Password,
                new UserApi.NewPassword(parse.GetRequiredValue(name), session.ReadPassword(parse.GetValue(password))), cancellation).ConfigureAwait(false);
            session.Say($"User {made.Name} has a new password.");
            ShowOnce(session, made);
        }, cancellation));
        return command;
    }

    private static Command Remove(CliSession session)
    {
        Argument<string> name = Name();
        var command = new Command("remove", "Removes a user with its registrations and extensions.") { name };
        command.SetAction((parse, cancellation) => session.AskAsync(parse, async client =>
        {
            await client.AskAsync(UserApi.Remove, new UserApi.UserName(parse.GetRequiredValue(name)), cancellation).ConfigureAwait(false);
            session.Say($"User {parse.GetValue(name)} removed.");
        }, cancellation));
        return command;
    }

    private static void ShowOnce(CliSession session, UserApi.UserSecret made)
    {
        if (made.Password is { } password) session.Say($"Password: {password}   (shown once; only a hash is kept)");
    }
}
