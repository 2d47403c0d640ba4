using System.Globalization;
using Tandem.Defence;

namespace Tandem.Storage;

/// <summary>Tables <c>bans</c>, <c>defence_counters</c> and <c>guard_usage</c>.</summary>
internal static class DefenceStore
{
    public static List<Ban> Bans(DbSession session, DateTimeOffset now)
    {
        session.Execute("DELETE FROM bans WHERE ends_at <= @now", ("now", now));
        return session.Query("SELECT kind, subject, reason, banned_at, ends_at, dropped FROM bans ORDER BY banned_at, subject",
            row => new Ban(Enum.Parse<BanKind>(row.Text(0), ignoreCase: true), row.Text(1), row.Text(2), row.Time(3), row.Time(4), row.Long(5)));
    }

    public static void Save(DbSession session, Ban ban) => session.Execute(
        """
        INSERT INTO bans (kind, subject, reason, banned_at, ends_at, dropped) VALUES (@kind, @subject, @reason, @since, @until, @dropped)
        ON CONFLICT (kind, subject) DO UPDATE SET reason = excluded.reason, banned_at = excluded.banned_at, ends_at = excluded.ends_at, dropped = excluded.dropped
        """,
        ("kind", KindText(ban.Kind)), ("subject", ban.Subject), ("reason", ban.Reason), ("since", ban.Since), ("until", ban.Until), ("dropped", ban.Dropped));

    /// <returns>False: there was none.</returns>
    public static bool Remove(DbSession session, BanKind kind, string subject) =>
        session.Execute("DELETE FROM bans WHERE kind = @kind AND subject = @subject", ("kind", KindText(kind)), ("subject", subject)) > 0;

    public static Dictionary<string, long> Counters(DbSession session) =>
        session.Query("SELECT name, value FROM defence_counters ORDER BY name", row => (Name: row.Text(0), Value: row.Long(1)))
            .ToDictionary(counter => counter.Name, counter => counter.Value, StringComparer.Ordinal);

    public static void Save(DbSession session, IReadOnlyDictionary<string, long> counters)
    {
        foreach ((string name, long value) in counters)
            session.Execute("INSERT INTO defence_counters (name, value) VALUES (@name, @value) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                ("name", name), ("value", value));
    }

    public static List<GuardUsage> Usage(DbSession session) =>
        session.Query("SELECT user_name, day, seconds, night, night_seconds, refused FROM guard_usage ORDER BY user_name",
            row => new GuardUsage(row.Text(0), Day(row.Text(1)), row.Long(2), Day(row.Text(3)), row.Long(4), row.Long(5)));

    public static void Save(DbSession session, GuardUsage usage) => session.Execute(
        """
        INSERT INTO guard_usage (user_name, day, seconds, night, night_seconds, refused) VALUES (@user, @day, @seconds, @night, @nightSeconds, @refused)
        ON CONFLICT (user_name) DO UPDATE SET day = excluded.day, seconds = excluded.seconds, night = excluded.night, night_seconds = excluded.night_seconds,
            refused = excluded.refused
        """,
        ("user", usage.User), ("day", Text(usage.Day)), ("seconds", usage.Seconds), ("night", Text(usage.Night)), ("nightSeconds", usage.NightSeconds),
        ("refused", usage.Refused));

    private static string KindText(BanKind kind) => kind == BanKind.Account ? "account" : "source";

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
