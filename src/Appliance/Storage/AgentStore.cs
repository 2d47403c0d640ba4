namespace Tandem.Storage;

/// <summary>Table <c>agents</c>.</summary>
public static class AgentStore
{
    public static List<Agent> List(DbSession session) =>
        session.Query("SELECT id, extension, name, email, status, current_calls, total_calls FROM agents ORDER BY extension",
            row => new Agent(row.Int(0), row.Text(1), row.Text(2), row.TextOrNull(3), row.Text(4), row.Int(5), row.Int(6)));

    /// <summary>Adds the agent or renames an existing one; counters and status of an existing one stay.</summary>
    public static void Save(DbSession session, string extension, string name, string? email, DateTimeOffset now) => session.Execute(
        """
        INSERT INTO agents (extension, name, email, status, current_calls, total_calls, created_at, updated_at)
        VALUES (@extension, @name, @email, 'available', 0, 0, @now, @now)
        ON CONFLICT (extension) DO UPDATE SET name = excluded.name, email = excluded.email, updated_at = excluded.updated_at
        """,
        ("extension", extension), ("name", name), ("email", email), ("now", now));

    /// <summary>Takes the agent out of or back into service; one with calls comes back as busy.</summary>
    /// <returns>False where there is no such agent.</returns>
    public static bool SetInService(DbSession session, string extension, bool inService, DateTimeOffset now) => session.Execute(
        """
        UPDATE agents SET updated_at = @now,
            status = CASE WHEN @offline = 1 THEN 'offline' WHEN current_calls > 0 THEN 'busy' ELSE 'available' END
        WHERE extension = @extension
        """,
        ("extension", extension), ("offline", inService ? 0 : 1), ("now", now)) > 0;

    /// <returns>False where there was none.</returns>
    public static bool Remove(DbSession session, string extension)
    {
        session.Execute("UPDATE active_calls SET agent_extension = NULL WHERE agent_extension = @extension", ("extension", extension));
        return session.Execute("DELETE FROM agents WHERE extension = @extension", ("extension", extension)) > 0;
    }
}
