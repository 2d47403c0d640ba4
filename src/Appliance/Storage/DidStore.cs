using Tandem.Routing;

namespace Tandem.Storage;

/// <summary>Table <c>dids</c>: what our numbers ring when they are called from outside.</summary>
public static class DidStore
{
    private const string Columns = "number, is_prefix, carrier, kind, target, forward_to, forward_always";

    public static List<Did> List(DbSession session) => session.Query($"SELECT {Columns} FROM dids ORDER BY number, is_prefix, carrier", Map);

    /// <summary>Those whose number begins so, after the one with this key, in order.</summary>
    public static List<Did> ListAfter(DbSession session, string begins, string number, bool prefix, string carrier, int limit) => session.Query(
        $"""
        SELECT {Columns} FROM dids WHERE substr(number, 1, @length) = @begins AND (number, is_prefix, carrier) > (@number, @prefix, @carrier)
        ORDER BY number, is_prefix, carrier LIMIT @limit
        """,
        Map, ("length", begins.Length), ("begins", begins), ("number", number), ("prefix", DbWord.Of(prefix)), ("carrier", carrier), ("limit", limit));

    /// <returns>Null where there is none with this key.</returns>
    public static Did? Find(DbSession session, string number, bool prefix, string? carrier) => session.Query(
        $"SELECT {Columns} FROM dids WHERE number = @number AND is_prefix = @prefix AND carrier = @carrier", Map,
        ("number", number), ("prefix", DbWord.Of(prefix)), ("carrier", carrier ?? "")).SingleOrDefault();

    /// <summary>Some of those that only calls from this carrier ring.</summary>
    public static List<Did> OfCarrier(DbSession session, string carrier, int limit) =>
        session.Query($"SELECT {Columns} FROM dids WHERE carrier = @carrier LIMIT @limit", Map, ("carrier", carrier), ("limit", limit));

    /// <summary>Some of those that ring this.</summary>
    public static List<Did> OfTarget(DbSession session, ExtensionKind kind, string target, int limit) => session.Query(
        $"SELECT {Columns} FROM dids WHERE kind = @kind AND target = @target LIMIT @limit", Map, ("kind", DbWord.Of(kind)), ("target", target), ("limit", limit));

    /// <summary>Those whose calls go elsewhere, always or where nobody takes them.</summary>
    public static List<Did> Forwarded(DbSession session) => session.Query($"SELECT {Columns} FROM dids WHERE forward_to IS NOT NULL ORDER BY number", Map);

    /// <summary>Writes the number as given, new or not; number, prefix and carrier together are its key.</summary>
    public static void Save(DbSession session, Did did, DateTimeOffset now) => session.Execute(
        """
        INSERT INTO dids (number, is_prefix, carrier, kind, target, forward_to, forward_always, created_at)
        VALUES (@number, @prefix, @carrier, @kind, @target, @forward, @always, @now)
        ON CONFLICT (number, is_prefix, carrier) DO UPDATE SET kind = excluded.kind, target = excluded.target,
            forward_to = excluded.forward_to, forward_always = excluded.forward_always
        """,
        ("number", did.Number), ("prefix", DbWord.Of(did.Prefix)), ("carrier", did.Carrier ?? ""), ("kind", DbWord.Of(did.Kind)),
        ("target", did.Target), ("forward", did.ForwardTo), ("always", DbWord.Of(did.ForwardAlways)), ("now", now));

    /// <returns>False where there was none.</returns>
    public static bool Remove(DbSession session, string number, bool prefix, string? carrier) => session.Execute(
        "DELETE FROM dids WHERE number = @number AND is_prefix = @prefix AND carrier = @carrier",
        ("number", number), ("prefix", DbWord.Of(prefix)), ("carrier", carrier ?? "")) > 0;

    private static Did Map(DbRow row) => new(row.Text(0), row.Flag(1), row.Text(2) is { Length: > 0 } carrier ? carrier : null, row.Word<ExtensionKind>(3), row.Text(4))
    {
        ForwardTo = row.TextOrNull(5),
        ForwardAlways = row.Flag(6),
    };
}
