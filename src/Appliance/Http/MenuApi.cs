using Tandem.Storage;

namespace Tandem.Http;

/// <summary>Menus: what callers hear and what their digits do. Saving one renders everything it can say.</summary>
public static class MenuApi
{
    private const int LongestText = 5000;

    public sealed record NewMenu(string Id, string Welcome, string? Name = null);

    public sealed record MenuId(string Id);

    /// <summary>What is null stays as it is.</summary>
    public sealed record MenuChange(string Id, string? Name = null, string? Welcome = null);

    public sealed record NewOption(string Id, char Digit, string Action, string? Value = null);

    public sealed record OptionDigit(string Id, char Digit);

    public static readonly ApiOperation<Nothing, IReadOnlyList<Menu>> List = new("GET", "/menus", async (context, _, cancellation) =>
        await context.Database.ReadAsync<IReadOnlyList<Menu>>(MenuStore.List, cancellation).ConfigureAwait(false));

    public static readonly ApiOperation<MenuId, Menu> Show = new("GET", "/menus/{id}", async (context, input, cancellation) =>
        await context.Database.ReadAsync(session => Find(session, input.Id), cancellation).ConfigureAwait(false));

    public static readonly ApiOperation<NewMenu, Menu> Add = new("POST", "/menus", async (context, input, cancellation) =>
    {
        Names.CheckMenu(input.Id);
        return await SaveAsync(context, session => MenuStore.List(session).Any(menu => menu.Id == input.Id)
            ? throw Names.Fault(409, $"Menu {input.Id} exists already.", $"To change it: tandem menu set {input.Id} --welcome TEXT", "id")
            : new Menu(input.Id, input.Name ?? input.Id, input.Welcome, []), cancellation).ConfigureAwait(false);
    });

    public static readonly ApiOperation<MenuChange, Menu> Change = new("PUT", "/menus/{id}", async (context, input, cancellation) =>
        await SaveAsync(context, session =>
        {
            Menu menu = Find(session, input.Id);
            return menu with { Name = input.Name ?? menu.Name, Welcome = input.Welcome ?? menu.Welcome };
        }, cancellation).ConfigureAwait(false));

    public static readonly ApiOperation<NewOption, Menu> SetOption = new("PUT", "/menus/{id}/options/{digit}", async (context, input, cancellation) =>
    {
        Names.CheckDigit(input.Digit);
        return await SaveAsync(context, session =>
        {
            var option = new MenuOption(input.Digit, input.Action, MenuAction.NeedsValue(input.Action) ? input.Value : null);
            CheckOption(context, session, option);
            Menu menu = Find(session, input.Id);
            return menu with { Options = [.. menu.Options.Where(other => other.Digit != input.Digit), option] };
        }, cancellation).ConfigureAwait(false);
    });

    public static readonly ApiOperation<OptionDigit, Menu> RemoveOption = new("DELETE", "/menus/{id}/options/{digit}", async (context, input, cancellation) =>
        await SaveAsync(context, session =>
        {
            Menu menu = Find(session, input.Id);
            return menu.Options.Any(option => option.Digit == input.Digit)
                ? menu with { Options = [.. menu.Options.Where(option => option.Digit != input.Digit)] }
                : throw new ApiException(404, $"Menu {input.Id} does nothing on {input.Digit}.", $"To see it: tandem menu show {input.Id}");
        }, cancellation).ConfigureAwait(false));

    public static readonly ApiOperation<MenuId, Nothing> Remove = new("DELETE", "/menus/{id}", async (context, input, cancellation) =>
        await context.ChangeAsync(session =>
        {
            Find(session, input.Id);
            Uses.OfMenu(session, input.Id).Refuse($"Menu {input.Id}");
            MenuStore.Remove(session, input.Id);
            return Nothing.Value;
        }, cancellation).ConfigureAwait(false));

    private static async Task<Menu> SaveAsync(ApiContext context, Func<DbSession, Menu> make, CancellationToken cancellation)
    {
        Menu saved = await context.ChangeAsync(session =>
        {
            Menu menu = make(session);
            Names.CheckText("name", menu.Name, 255);
            Names.Check(menu.Welcome.Trim().Length > 0, "The welcome is empty.", "Write what callers shall hear.");
            Names.CheckText("welcome", menu.Welcome, LongestText);
            MenuStore.Save(session, menu, context.Clock.GetUtcNow());
            return Find(session, menu.Id);
        }, cancellation).ConfigureAwait(false);
        if (context.RenderPrompts is { } render) await render(saved.Prompts(), cancellation).ConfigureAwait(false);
        return saved;
    }

    private static void CheckOption(ApiContext context, DbSession session, MenuOption option)
    {
        Names.Check(MenuAction.All.Contains(option.ActionType), $"'{option.ActionType}' is not an action.", $"Use one of {string.Join(", ", MenuAction.All)}.", "action");
        if (!MenuAction.NeedsValue(option.ActionType)) return;
        string value = option.ActionValue ?? "";
        Names.Check(value.Trim().Length > 0, $"The action {option.ActionType} needs a value.", option.ActionType switch
        {
            MenuAction.Menu => "Give the id of a menu.",
            MenuAction.Transfer => "Give an extension, a user or a SIP URI.",
            MenuAction.Agent => "Give agent extensions, separated by commas.",
            MenuAction.Say => "Give the text to say.",
            _ => "Give the name of a WAV file in the folder sounds of the data folder.",
        }, "value");
        Names.CheckText("value", value, LongestText);
        try
        {
            if (option.ActionType == MenuAction.Menu) Find(session, value);
            if (option.ActionType == MenuAction.Agent) ExtensionApi.CheckAgents(session, value);
        }
        catch (ApiException missing)
        {
            throw Names.Fault(422, missing.Message, missing.Advice, "value");
        }
        string sounds = Path.Combine(context.Options.Data.Folder, "sounds");
        if (option.ActionType == MenuAction.Play && !File.Exists(Path.Combine(sounds, value)))
            throw Names.Fault(400, $"There is no file {value} in {sounds}.", "Put the WAV file there and give its name.", "value");
    }

    internal static Menu Find(DbSession session, string id) => MenuStore.List(session).Find(menu => menu.Id == id)
        ?? throw new ApiException(404, $"There is no menu {id}.", "To see which there are: tandem menu list");
}
