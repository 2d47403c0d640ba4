namespace Tandem.Storage;

/// <summary>A spoken menu: the welcome and what each digit does.</summary>
public sealed record Menu(string Id, string Name, string Welcome, IReadOnlyList<MenuOption> Options)
{
    /// <summary>Every text that a caller can hear from this menu; rendered when the menu is saved.</summary>
    public IEnumerable<string> Prompts() =>
        Options.Where(option => option is { ActionType: MenuAction.Say, ActionValue: not null })
            .Select(option => option.ActionValue!).Prepend(Welcome);
}
