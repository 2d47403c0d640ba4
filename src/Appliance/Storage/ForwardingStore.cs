using Tandem.Routing;

namespace Tandem.Storage;

/// <summary>Table <c>forwards</c>: users whose calls go elsewhere.</summary>
public static class ForwardingStore
{
    public static List<Forwarding> List(DbSession session) => session.Query(
        "SELECT user_name, always_to, busy_to, no_answer_to, no_answer_seconds FROM forwards ORDER BY user_name",
        row => new Forwarding(row.Text(0))
        {
            Always = row.TextOrNull(1),
            Busy = row.TextOrNull(2),
            NoAnswer = row.TextOrNull(3),
            NoAnswerSeconds = row.Int(4),
        });

    /// <summary>Writes the forwarding as given; an empty one is removed.</summary>
    public static void Save(DbSession session, Forwarding forwarding, DateTimeOffset now)
    {
        if (forwarding.IsEmpty)
        {
            session.Execute("DELETE FROM forwards WHERE user_name = @user", ("user", forwarding.User));
            return;
        }
        session.Execute(
            """
            INSERT INTO forwards (user_name, always_to, busy_to, no_answer_to, no_answer_seconds, updated_at)
            VALUES (@user, @always, @busy, @noanswer, @seconds, @now)
            ON CONFLICT (user_name) DO UPDATE SET always_to = excluded.always_to, busy_to = excluded.busy_to,
                no_answer_to = excluded.no_answer_to, no_answer_seconds = excluded.no_answer_seconds, updated_at = excluded.updated_at
            """,
            ("user", forwarding.User), ("always", forwarding.Always), ("busy", forwarding.Busy), ("noanswer", forwarding.NoAnswer),
            ("seconds", forwarding.NoAnswerSeconds), ("now", now));
    }
}
