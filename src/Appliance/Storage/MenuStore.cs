namespace Tandem.Storage;

/// <summary>Tables <c>ivr_menus</c> and <c>ivr_menu_options</c>.</summary>
public static class MenuStore
{
    public static List<Menu> List(DbSession session)
    {
        ILookup<string, MenuOption> options = session.Query(
            "SELECT menu_id, digit, action_type, action_value FROM ivr_menu_options ORDER BY menu_id, digit",
            row => (Menu: row.Text(0), Option: new MenuOption(row.Text(1)[0], row.Text(2), row.TextOrNull(3))))
            .ToLookup(entry => entry.Menu, entry => entry.Option);
        return session.Query("SELECT menu_id, name, welcome_message FROM ivr_menus ORDER BY menu_id",
            row => new Menu(row.Text(0), row.Text(1), row.Text(2), [.. options[row.Text(0)]]));
    }

    /// <summary>Writes the menu as given: options that it no longer has are removed.</summary>
    public static void Save(DbSession session, Menu menu, DateTimeOffset now)
    {
        session.Execute(
            """
            INSERT INTO ivr_menus (menu_id, name, welcome_message, created_at) VALUES (@id, @name, @welcome, @now)
            ON CONFLICT (menu_id) DO UPDATE SET name = excluded.name, welcome_message = excluded.welcome_message
            """,
            ("id", menu.Id), ("name", menu.Name), ("welcome", menu.Welcome), ("now", now));
        session.Execute("DELETE FROM ivr_menu_options WHERE menu_id = @id", ("id", menu.Id));
        foreach (MenuOption option in menu.Options)
            session.Execute(
                """
                INSERT INTO ivr_menu_options (menu_id, digit, action_type, action_value, created_at)
                VALUES (@id, @digit, @type, @value, @now)
                """,
                ("id", menu.Id), ("digit", option.Digit.ToString()), ("type", option.ActionType), ("value", option.ActionValue), ("now", now));
    }

    /// <returns>False where there was none.</returns>
    public static bool Remove(DbSession session, string id)
    {
        session.Execute("DELETE FROM ivr_menu_options WHERE menu_id = @id", ("id", id));
        return session.Execute("DELETE FROM ivr_menus WHERE menu_id = @id", ("id", id)) > 0;
    }
}
