namespace Tandem.Storage;

/// <summary>Table <c>audit</c>: rows are added, never changed by hand of ours afterwards but for the state that a change led to.</summary>
public static class AuditStore
{
    /// <returns>The number of the row.</returns>
    public static long Add(DbSession session, AuditRecord entry) => session.Number(
        """
        INSERT INTO audit (at, who, source, operation, target, input, before_state, after_state)
        VALUES (@at, @who, @source, @operation, @target, @input, @before, @after) RETURNING id
        """,
        ("at", entry.At), ("who", entry.Who), ("source", entry.Source), ("operation", entry.Operation), ("target", entry.Target), ("input", entry.Input),
        ("before", entry.Before), ("after", entry.After));

    public static void SetAfter(DbSession session, long id, string? after) =>
        session.Execute("UPDATE audit SET after_state = @after WHERE id = @id", ("after", after), ("id", id));

    /// <summary>The newest first.</summary>
    /// <param name="session">The database.</param>
    /// <param name="before">Only rows with smaller numbers.</param>
    /// <param name="who">Only this person's; null: everybody's.</param>
    /// <param name="limit">At most so many.</param>
    public static List<AuditRecord> List(DbSession session, long before, string? who, int limit) => session.Query(
        """
        SELECT id, at, who, source, operation, target, input, before_state, after_state FROM audit
        WHERE id < @before AND (@who = '' OR who = @who) ORDER BY id DESC LIMIT @limit
        """,
        row => new AuditRecord(row.Long(0), row.Time(1), row.Text(2), row.Text(3), row.Text(4), row.Text(5), row.Text(6), row.TextOrNull(7), row.TextOrNull(8)),
        ("before", before), ("who", who ?? ""), ("limit", limit));
}
