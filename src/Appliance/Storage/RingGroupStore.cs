using Tandem.Routing;

namespace Tandem.Storage;

/// <summary>Table <c>ring_groups</c>.</summary>
public static class RingGroupStore
{
    public static List<RingGroup> List(DbSession session) => session.Query(
        "SELECT name, method, members, ring_seconds, otherwise FROM ring_groups ORDER BY name",
        row => new RingGroup
        {
            Name = row.Text(0),
            Method = row.Word<RingMethod>(1),
            Members = DbList.Split(row.Text(2)),
            RingSeconds = row.Int(3),
            Otherwise = row.TextOrNull(4),
        });

    /// <summary>Writes the group as given, new or not.</summary>
    public static void Save(DbSession session, RingGroup group, DateTimeOffset now) => session.Execute(
        """
        INSERT INTO ring_groups (name, method, members, ring_seconds, otherwise, created_at)
        VALUES (@name, @method, @members, @seconds, @otherwise, @now)
        ON CONFLICT (name) DO UPDATE SET method = excluded.method, members = excluded.members, ring_seconds = excluded.ring_seconds,
            otherwise = excluded.otherwise
        """,
        ("name", group.Name), ("method", DbWord.Of(group.Method)), ("members", DbList.Join(group.Members)), ("seconds", group.RingSeconds),
        ("otherwise", group.Otherwise), ("now", now));

    /// <returns>False where there was none.</returns>
    public static bool Remove(DbSession session, string name) => session.Execute("DELETE FROM ring_groups WHERE name = @name", ("name", name)) > 0;
}
