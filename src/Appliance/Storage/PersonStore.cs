namespace Tandem.Storage;

/// <summary>Table <c>people</c>.</summary>
public static class PersonStore
{
    private const string Columns = "name, role, enabled, must_change, created_at, last_login_at";

    public static List<Person> List(DbSession session) => session.Query($"SELECT {Columns} FROM people ORDER BY name", ToPerson);

    public static Person? Find(DbSession session, string name) =>
        session.Query($"SELECT {Columns} FROM people WHERE name = @name", ToPerson, ("name", name)).FirstOrDefault();

    public static bool Any(DbSession session) => session.Number("SELECT COUNT(*) FROM people") > 0;

    public static void Add(DbSession session, string name, string role, string passwordHash, bool mustChange, DateTimeOffset now) => session.Execute(
        """
        INSERT INTO people (name, role, password_hash, must_change, enabled, created_at, updated_at)
        VALUES (@name, @role, @hash, @change, 1, @now, @now)
        """,
        ("name", name), ("role", role), ("hash", passwordHash), ("change", mustChange ? 1 : 0), ("now", now));

    public static void Change(DbSession session, string name, string role, bool enabled, DateTimeOffset now) => session.Execute(
        "UPDATE people SET role = @role, enabled = @enabled, updated_at = @now WHERE name = @name",
        ("role", role), ("enabled", enabled ? 1 : 0), ("now", now), ("name", name));

    public static void SetPassword(DbSession session, string name, string passwordHash, bool mustChange, DateTimeOffset now) => session.Execute(
        "UPDATE people SET password_hash = @hash, must_change = @change, updated_at = @now WHERE name = @name",
        ("hash", passwordHash), ("change", mustChange ? 1 : 0), ("now", now), ("name", name));

    public static void LoggedIn(DbSession session, string name, DateTimeOffset now) =>
        session.Execute("UPDATE people SET last_login_at = @now WHERE name = @name", ("now", now), ("name", name));

    /// <returns>Null: there is no such person.</returns>
    public static string? PasswordHash(DbSession session, string name) =>
        session.Query("SELECT password_hash FROM people WHERE name = @name", row => row.Text(0), ("name", name)).FirstOrDefault();

    /// <summary>Removes the person with everything it logs in with.</summary>
    public static void Remove(DbSession session, string name)
    {
        session.Execute("DELETE FROM web_sessions WHERE person = @name", ("name", name));
        session.Execute("DELETE FROM api_tokens WHERE person = @name", ("name", name));
        session.Execute("DELETE FROM people WHERE name = @name", ("name", name));
    }

    private static Person ToPerson(DbRow row) => new(row.Text(0), row.Text(1), row.Int(2) == 1, row.Int(3) == 1, row.Time(4), row.TimeOrNull(5));
}
