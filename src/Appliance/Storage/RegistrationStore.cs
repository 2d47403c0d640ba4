#pragma warning disable CA1822 // The writer behind this door lands next.
namespace Tandem.Storage;

/// <summary>Keeps the registrar's bindings over a restart. Saving never waits; the newest state of a user wins.</summary>
public sealed class RegistrationStore(Database database)
{
    /// <summary>Bindings that have not expired by <paramref name="now"/>.</summary>
    public Task<List<StoredBinding>> LoadAsync(DateTimeOffset now, CancellationToken cancellation = default) =>
        database.ReadAsync(session => session.Query(
            """
            SELECT user_name, contact_uri, instance_id, reg_id, q, call_id, cseq, expires_at, source, path, user_agent
            FROM registrations WHERE expires_at > @now ORDER BY user_name, contact_uri
            """,
            row => new StoredBinding(row.Text(0), row.Text(1), row.TextOrNull(2), row.Int(3), row.Double(4), row.Text(5), row.Long(6),
                row.Time(7), row.Text(8), row.TextOrNull(9), row.TextOrNull(10)), ("now", now)), cancellation);

    /// <summary>Replaces all bindings of a user by these. Any thread; returns at once; written behind.</summary>
    public void Save(string user, IReadOnlyList<StoredBinding> bindings)
    {
        ArgumentNullException.ThrowIfNull(bindings);
        ArgumentNullException.ThrowIfNull(user);
    }
}
