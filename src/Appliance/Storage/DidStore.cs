using Tandem.Routing;

namespace Tandem.Storage;

/// <summary>Table <c>dids</c>: what our numbers ring when they are called from outside.</summary>
public static class DidStore
{
    public static List<Did> List(DbSession session) => session.Query(
        "SELECT number, is_prefix, carrier, kind, target, forward_to, forward_always FROM dids ORDER BY number, is_prefix, carrier",
        row => new Did(row.Text(0), row.Flag(1), row.Text(2) is { Length: > 0 } carrier ? carrier : null, row.Word<ExtensionKind>(3), row.Text(4))
        {
            ForwardTo = row.TextOrNull(5),
            ForwardAlways = row.Flag(6),
        });

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
}
