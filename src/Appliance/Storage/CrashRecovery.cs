namespace Tandem.Storage;

/// <summary>Closes what a run that was killed left open: its calls get an end, its agents are free again.</summary>
internal static class CrashRecovery
{
    public const string Reason = "the appliance stopped during the call";

    /// <param name="lastAlive">When the killed run was last known to live; null: nothing is known.</param>
    /// <returns>Calls closed.</returns>
    public static int Close(DbSession session, string node, DateTimeOffset? lastAlive, DateTimeOffset now)
    {
        List<(string Id, DateTimeOffset Start)> open = session.Query(
            "SELECT call_id, start_time FROM call_logs WHERE end_time IS NULL AND (node = @node OR node IS NULL)",
            row => (row.Text(0), row.Time(1)), ("node", node));
        foreach ((string id, DateTimeOffset start) in open)
        {
            DateTimeOffset end = lastAlive is { } alive && alive < now ? alive : now;
            if (end < start) end = start;
            session.Execute(
                """
                UPDATE call_logs SET end_time = @end, duration = @duration, status = 'failed', reason = @reason
                WHERE call_id = @id AND end_time IS NULL
                """,
                ("id", id), ("end", end), ("duration", (int)Math.Round((end - start).TotalSeconds)), ("reason", Reason));
        }
        session.Execute("DELETE FROM active_calls WHERE node = @node OR node IS NULL", ("node", node));
        session.Execute("UPDATE agents SET current_calls = (SELECT COUNT(*) FROM active_calls WHERE agent_extension = agents.extension)");
        session.Execute("UPDATE agents SET status = 'available', updated_at = @now WHERE status = 'busy' AND current_calls = 0", ("now", now));
        return open.Count;
    }
}
