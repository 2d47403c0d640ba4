namespace Tandem.Storage;

/// <summary>Table <c>web_sessions</c>.</summary>
public static class WebSessionStore
{
    public static void Add(DbSession session, WebSession one, string source, DateTimeOffset now)
    {
        session.Execute("DELETE FROM web_sessions WHERE expires_at <= @now", ("now", now));
        session.Execute(
            """
            INSERT INTO web_sessions (id_hash, person, csrf, created_at, rotated_at, seen_at, expires_at, source)
            VALUES (@id, @person, @csrf, @now, @now, @now, @expires, @source)
            """,
            ("id", one.IdHash), ("person", one.Person), ("csrf", one.Csrf), ("now", now), ("expires", one.ExpiresAt), ("source", source));
    }

    /// <param name="session">The database.</param>
    /// <param name="idHash">Of the cookie.</param>
    /// <param name="previousSince">An id that was replaced after this is still good: answers cross each other.</param>
    public static WebSession? Find(DbSession session, string idHash, DateTimeOffset previousSince) => session.Query(
        """
        SELECT id_hash, person, csrf, rotated_at, seen_at, expires_at FROM web_sessions
        WHERE id_hash = @id OR (previous_hash = @id AND rotated_at > @since)
        """,
        row => new WebSession(row.Text(0), row.Text(1), row.Text(2), row.Time(3), row.Time(4), row.Time(5)), ("id", idHash), ("since", previousSince))
        .FirstOrDefault();

    public static void Seen(DbSession session, string idHash, DateTimeOffset now) =>
        session.Execute("UPDATE web_sessions SET seen_at = @now WHERE id_hash = @id", ("now", now), ("id", idHash));

    /// <returns>False: another request did it first, or the session is over.</returns>
    public static bool Rotate(DbSession session, string idHash, string newHash, DateTimeOffset now) => session.Execute(
        "UPDATE web_sessions SET id_hash = @new, previous_hash = @old, rotated_at = @now, seen_at = @now WHERE id_hash = @old",
        ("new", newHash), ("old", idHash), ("now", now)) > 0;

    public static void Remove(DbSession session, string idHash) => session.Execute("DELETE FROM web_sessions WHERE id_hash = @id", ("id", idHash));

    /// <summary>Logs a person out everywhere.</summary>
    public static void RemoveOf(DbSession session, string person) =>
        session.Execute("DELETE FROM web_sessions WHERE person = @person", ("person", person));
}
