namespace Tandem.Storage;

/// <summary>What an empty appliance begins with: a menu at 9999 and two users, so that a call can be made at once.</summary>
public static class FirstStart
{
    public const string MenuId = "main";
    public const string MenuNumber = "9999";

    public static Menu MainMenu { get; } = new(MenuId, "Main menu",
        "Welcome to Tandem. For extension 1001, press 1. For extension 1002, press 2. To learn about this system, press 3. "
        + "To hear this again, press 9. To end the call, press 0.",
        [
            new MenuOption('1', MenuAction.Transfer, "1001"),
            new MenuOption('2', MenuAction.Transfer, "1002"),
            new MenuOption('3', MenuAction.Say,
                "This is Tandem, a telephone system of your own. It answers, speaks, connects calls and keeps a log of them. "
                + "You can change this menu at any time."),
            new MenuOption('9', MenuAction.Repeat, null),
            new MenuOption('0', MenuAction.Hangup, null),
        ]);

    /// <summary>Fills an empty database, once in its life; what is there already stays.</summary>
    /// <returns>The passwords made, by user: to be shown once, for they are kept nowhere. Empty at every later start.</returns>
    public static Task<IReadOnlyList<(string User, string Password)>> FillAsync(Database database, string realm, DateTimeOffset now,
        CancellationToken cancellation = default) =>
        database.WriteAsync<IReadOnlyList<(string User, string Password)>>(session => Fill(session, realm, now), cancellation);

    private static List<(string User, string Password)> Fill(DbSession session, string realm, DateTimeOffset now)
    {
        bool first = session.Execute("INSERT INTO settings (name, value) VALUES ('first_start', @now) ON CONFLICT (name) DO NOTHING",
            ("now", DbTime.ToText(now))) > 0;
        if (!first) return [];

        List<(string User, string Password)> made = [];
        HashSet<string> users = [.. UserStore.List(session).Select(user => user.Name)];
        HashSet<string> numbers = [.. ExtensionStore.List(session).Select(extension => extension.Number)];
        foreach (string name in (string[])["1001", "1002"])
        {
            if (users.Add(name))
            {
                string password = Passwords.Generate();
                UserStore.Save(session, User.WithPassword(name, $"Extension {name}", realm, password), now);
                made.Add((name, password));
            }
            if (numbers.Add(name)) ExtensionStore.Save(session, new Extension(name, ExtensionKind.User, name), now);
        }
        if (MenuStore.List(session).All(menu => menu.Id != MenuId)) MenuStore.Save(session, MainMenu, now);
        if (numbers.Add(MenuNumber)) ExtensionStore.Save(session, new Extension(MenuNumber, ExtensionKind.Menu, MenuId), now);
        return made;
    }
}
