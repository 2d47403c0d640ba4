using Tandem.Routing;

namespace Tandem.Storage;

/// <summary>Table <c>gateways</c>.</summary>
public static class GatewayStore
{
    public static List<Gateway> List(DbSession session) => session.Query(
        "SELECT carrier, name, uri, priority, weight, enabled, draining FROM gateways ORDER BY carrier, name",
        row => new Gateway(row.Text(0), row.Text(1), row.Text(2))
        {
            Priority = row.Int(3),
            Weight = row.Int(4),
            Enabled = row.Flag(5),
            Draining = row.Flag(6),
        });

    /// <summary>Writes the gateway as given, new or not.</summary>
    public static void Save(DbSession session, Gateway gateway, DateTimeOffset now) => session.Execute(
        """
        INSERT INTO gateways (carrier, name, uri, priority, weight, enabled, draining, created_at)
        VALUES (@carrier, @name, @uri, @priority, @weight, @enabled, @draining, @now)
        ON CONFLICT (carrier, name) DO UPDATE SET uri = excluded.uri, priority = excluded.priority, weight = excluded.weight,
            enabled = excluded.enabled, draining = excluded.draining
        """,
        ("carrier", gateway.Carrier), ("name", gateway.Name), ("uri", gateway.Uri), ("priority", gateway.Priority), ("weight", gateway.Weight),
        ("enabled", DbWord.Of(gateway.Enabled)), ("draining", DbWord.Of(gateway.Draining)), ("now", now));

    /// <returns>False where there was none.</returns>
    public static bool Remove(DbSession session, string carrier, string name) =>
        session.Execute("DELETE FROM gateways WHERE carrier = @carrier AND name = @name", ("carrier", carrier), ("name", name)) > 0;
}
