namespace Tandem.Storage;

/// <summary>Table <c>extensions</c>: what each number rings.</summary>
public static class ExtensionStore
{
    public static List<Extension> List(DbSession session) =>
        session.Query("SELECT number, kind, target FROM extensions ORDER BY number",
            row => new Extension(row.Text(0), Enum.Parse<ExtensionKind>(row.Text(1), ignoreCase: true), row.Text(2)));

    public static void Save(DbSession session, Extension extension, DateTimeOffset now) => session.Execute(
        """
        INSERT INTO extensions (number, kind, target, created_at) VALUES (@number, @kind, @target, @now)
        ON CONFLICT (number) DO UPDATE SET kind = excluded.kind, target = excluded.target
        """,
        ("number", extension.Number), ("kind", extension.Kind.ToString().ToLowerInvariant()), ("target", extension.Target), ("now", now));

    /// <returns>False where there was none.</returns>
    public static bool Remove(DbSession session, string number) =>
        session.Execute("DELETE FROM extensions WHERE number = @number", ("number", number)) > 0;
}
