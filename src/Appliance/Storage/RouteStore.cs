using Tandem.Routing;

namespace Tandem.Storage;

/// <summary>Table <c>routes</c>.</summary>
public static class RouteStore
{
    public static List<Route> List(DbSession session) => session.Query(
        "SELECT name, priority, caller_prefix, called_prefix, action, carriers, time_window, cost, enabled FROM routes ORDER BY priority, name",
        row => new Route
        {
            Name = row.Text(0),
            Priority = row.Int(1),
            CallerPrefix = row.Text(2),
            CalledPrefix = row.Text(3),
            Action = row.Word<RouteAction>(4),
            Carriers = DbList.Split(row.Text(5)),
            Window = row.TextOrNull(6),
            Cost = row.DecimalOrNull(7),
            Enabled = row.Flag(8),
        });

    /// <summary>Writes the route as given, new or not.</summary>
    public static void Save(DbSession session, Route route, DateTimeOffset now) => session.Execute(
        """
        INSERT INTO routes (name, priority, caller_prefix, called_prefix, action, carriers, time_window, cost, enabled, created_at)
        VALUES (@name, @priority, @caller, @called, @action, @carriers, @window, @cost, @enabled, @now)
        ON CONFLICT (name) DO UPDATE SET priority = excluded.priority, caller_prefix = excluded.caller_prefix,
            called_prefix = excluded.called_prefix, action = excluded.action, carriers = excluded.carriers, time_window = excluded.time_window,
            cost = excluded.cost, enabled = excluded.enabled
        """,
        ("name", route.Name), ("priority", route.Priority), ("caller", route.CallerPrefix), ("called", route.CalledPrefix),
        ("action", DbWord.Of(route.Action)), ("carriers", DbList.Join(route.Carriers)), ("window", route.Window),
        ("cost", route.Cost is { } cost ? DbWord.Of(cost) : null), ("enabled", DbWord.Of(route.Enabled)), ("now", now));

    /// <returns>False where there was none.</returns>
    public static bool Remove(DbSession session, string name) => session.Execute("DELETE FROM routes WHERE name = @name", ("name", name)) > 0;
}
