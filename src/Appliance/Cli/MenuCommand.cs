using System.CommandLine;
using Tandem.Http;
using Tandem.Storage;

namespace Tandem.Cli;

/// <summary><c>tandem menu</c>: what callers hear and what their digits do.</summary>
internal static class MenuCommand
{
    public static Command Create(CliSession session) => new("menu", "What callers hear and what their digits do.")
    {
        Add(session), List(session), Show(session), Set(session), Option(session), Remove(session),
    };

    private static Argument<string> Id() => new("id") { Description = "The menu's id, for example main." };

    private static Command Add(CliSession session)
    {
        Argument<string> id = Id();
        Option<string> welcome = new("--welcome") { Description = "What callers hear.", Required = true };
        Option<string?> name = new("--name") { Description = "Name to show." };
        var command = new Command("add", "Adds a menu.") { id, welcome, name };
        command.SetAction((parse, cancellation) => session.AskAsync(parse, async client =>
        {
            Menu menu = await client.AskAsync(MenuApi.Add,
                new MenuApi.NewMenu(parse.GetRequiredValue(id), parse.GetRequiredValue(welcome), parse.GetValue(name)), cancellation).ConfigureAwait(false);
            session.Say($"Menu {menu.Id} added. Next: tandem menu option {menu.Id} 1 transfer 1001; tandem extension add NUMBER menu {menu.Id}");
        }, cancellation));
        return command;
    }

    private static Command List(CliSession session)
    {
        Option<bool> json = CliSession.JsonOption();
        var command = new Command("list", "Lists the menus.") { json };
        command.SetAction((parse, cancellation) => session.AskAsync(parse, async client =>
        {
            IReadOnlyList<Menu> menus = await client.AskAsync(MenuApi.List, Nothing.Value, cancellation).ConfigureAwait(false);
            if (parse.GetValue(json)) session.PrintJson(menus);
            else
                session.PrintTable(["Menu", "Name", "Keys", "Welcome"], menus.Select(menu =>
                    new[] { menu.Id, menu.Name, string.Concat(menu.Options.Select(option => option.Digit)), menu.Welcome }),
                    "There are no menus. To add one: tandem menu add main --welcome TEXT");
        }, cancellation));
        return command;
    }

    private static Command Show(CliSession session)
    {
        Argument<string> id = Id();
        Option<bool> json = CliSession.JsonOption();
        var command = new Command("show", "Shows a menu with its options.") { id, json };
        command.SetAction((parse, cancellation) => session.AskAsync(parse, async client =>
            Print(session, await client.AskAsync(MenuApi.Show, new MenuApi.MenuId(parse.GetRequiredValue(id)), cancellation).ConfigureAwait(false),
                parse.GetValue(json)), cancellation));
        return command;
    }

    private static Command Set(CliSession session)
    {
        Argument<string> id = Id();
        Option<string?> welcome = new("--welcome") { Description = "What callers hear." };
        Option<string?> name = new("--name") { Description = "Name to show." };
        var command = new Command("set", "Changes a menu's welcome or name; callers hear it at once.") { id, welcome, name };
        command.SetAction((parse, cancellation) => session.AskAsync(parse, async client =>
            Print(session, await client.AskAsync(MenuApi.Change,
                new MenuApi.MenuChange(parse.GetRequiredValue(id), parse.GetValue(name), parse.GetValue(welcome)), cancellation).ConfigureAwait(false),
                json: false), cancellation));
        return command;
    }

    private static Command Option(CliSession session)
    {
        Argument<string> id = Id();
        Argument<string> digit = new("digit") { Description = "0 to 9, * or #." };
        digit.AcceptOnlyFromAmong(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "#"]);
        Argument<string?> action = new("action") { Description = $"One of {string.Join(", ", MenuAction.All)}.", Arity = ArgumentArity.ZeroOrOne };
        Argument<string?> value = new("value") { Description = "Menu id; extension, user or SIP URI; agent extensions; text; or a WAV file of the folder sounds.", Arity = ArgumentArity.ZeroOrOne };
        Option<bool> remove = new("--remove") { Description = "The digit does nothing any more." };
        var command = new Command("option", "Sets or removes what a digit does.") { id, digit, action, value, remove };
        command.SetAction((parse, cancellation) => session.AskAsync(parse, async client =>
        {
            (string menu, char key) = (parse.GetRequiredValue(id), parse.GetRequiredValue(digit)[0]);
            Menu changed = parse.GetValue(remove)
                ? await client.AskAsync(MenuApi.RemoveOption, new MenuApi.OptionDigit(menu, key), cancellation).ConfigureAwait(false)
                : await client.AskAsync(MenuApi.SetOption, new MenuApi.NewOption(menu, key,
                    parse.GetValue(action) ?? throw new ApiException(400, "The action is missing.", $"Give one of {string.Join(", ", MenuAction.All)}, or --remove."),
                    parse.GetValue(value)), cancellation).ConfigureAwait(false);
            Print(session, changed, json: false);
        }, cancellation));
        return command;
    }

    private static Command Remove(CliSession session)
    {
        Argument<string> id = Id();
        var command = new Command("remove", "Removes a menu that nothing leads to.") { id };
        command.SetAction((parse, cancellation) => session.AskAsync(parse, async client =>
        {
            await client.AskAsync(MenuApi.Remove, new MenuApi.MenuId(parse.GetRequiredValue(id)), cancellation).ConfigureAwait(false);
            session.Say($"Menu {parse.GetValue(id)} removed.");
        }, cancellation));
        return command;
    }

    private static void Print(CliSession session, Menu menu, bool json)
    {
        if (json)
        {
            session.PrintJson(menu);
            return;
        }
        session.Say($"{menu.Id} ({menu.Name}): {menu.Welcome}");
        session.PrintTable(["Key", "Action", "Value"], menu.Options.Select(option => new[] { $"{option.Digit}", option.ActionType, option.ActionValue }),
            $"No options yet. To add one: tandem menu option {menu.Id} 1 transfer 1001");
    }
}
