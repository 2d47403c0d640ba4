using Tandem.Routing;

namespace Tandem.Storage;

/// <summary>Table <c>number_rules</c>: blocked and emergency numbers.</summary>
public static class NumberRuleStore
{
    public static List<NumberRule> List(DbSession session) => session.Query(
        "SELECT number, kind, is_prefix, note FROM number_rules ORDER BY kind, number, is_prefix",
        row => new NumberRule(row.Text(0), row.Word<NumberRuleKind>(1), row.Flag(2), row.Text(3)));

    /// <summary>Writes the rule as given, new or not; number, prefix and kind together are its key.</summary>
    public static void Save(DbSession session, NumberRule rule, DateTimeOffset now) => session.Execute(
        """
        INSERT INTO number_rules (number, is_prefix, kind, note, created_at) VALUES (@number, @prefix, @kind, @note, @now)
        ON CONFLICT (number, is_prefix, kind) DO UPDATE SET note = excluded.note
        """,
        ("number", rule.Number), ("prefix", DbWord.Of(rule.Prefix)), ("kind", DbWord.Of(rule.Kind)), ("note", rule.Note), ("now", now));

    /// <returns>False where there was none.</returns>
    public static bool Remove(DbSession session, NumberRule rule) => session.Execute(
        "DELETE FROM number_rules WHERE number = @number AND is_prefix = @prefix AND kind = @kind",
        ("number", rule.Number), ("prefix", DbWord.Of(rule.Prefix)), ("kind", DbWord.Of(rule.Kind))) > 0;
}
