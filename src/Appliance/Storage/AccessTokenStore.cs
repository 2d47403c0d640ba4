namespace Tandem.Storage;

/// <summary>Table <c>api_tokens</c>.</summary>
public static class AccessTokenStore
{
    private const string Columns = "id, person, name, scopes, created_at, expires_at, last_used_at";

    public static List<AccessToken> List(DbSession session) => session.Query($"SELECT {Columns} FROM api_tokens ORDER BY id", ToToken);

    public static AccessToken? Find(DbSession session, string tokenHash) =>
        session.Query($"SELECT {Columns} FROM api_tokens WHERE token_hash = @hash", ToToken, ("hash", tokenHash)).FirstOrDefault();

    public static AccessToken Add(DbSession session, string person, string name, string tokenHash, IReadOnlyList<string> scopes, DateTimeOffset expires,
        DateTimeOffset now)
    {
        session.Execute(
            "INSERT INTO api_tokens (person, name, token_hash, scopes, created_at, expires_at) VALUES (@person, @name, @hash, @scopes, @now, @expires)",
            ("person", person), ("name", name), ("hash", tokenHash), ("scopes", string.Join(' ', scopes)), ("now", now), ("expires", expires));
        return Find(session, tokenHash)!;
    }

    public static void Used(DbSession session, int id, DateTimeOffset now) =>
        session.Execute("UPDATE api_tokens SET last_used_at = @now WHERE id = @id", ("now", now), ("id", id));

    /// <returns>False where there was none.</returns>
    public static bool Remove(DbSession session, int id) => session.Execute("DELETE FROM api_tokens WHERE id = @id", ("id", id)) > 0;

    private static AccessToken ToToken(DbRow row) => new(row.Int(0), row.Text(1), row.Text(2),
        row.Text(3).Split(' ', StringSplitOptions.RemoveEmptyEntries), row.Time(4), row.Time(5), row.TimeOrNull(6));
}
