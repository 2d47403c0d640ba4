using Sip.Core.Sdp;
using Tandem.Configuration;

namespace Tandem.Storage;

/// <summary>Table <c>users</c>.</summary>
public static class UserStore
{
    private const string Columns = "name, display_name, realm, ha1_md5, ha1_sha256, codecs, srtp, caller_id";

    public static List<User> List(DbSession session) =>
        session.Query($"SELECT {Columns} FROM users ORDER BY name",
            row => new User(row.Text(0), row.Text(1), row.Text(2), row.Text(3), row.Text(4))
            {
                Codecs = CodecName.TryParseList(row.Text(5), out IReadOnlyList<CodecName> codecs) ? codecs : [],
                Srtp = SrtpModeText.TryParse(row.Text(6), out SrtpMode srtp) ? srtp : SrtpMode.Required,    // a word of a newer version: the safe side
                CallerId = row.TextOrNull(7),
            });

    /// <summary>Adds the user, or gives an existing one this name and password; what else it has stays.</summary>
    public static void Save(DbSession session, User user, DateTimeOffset now) => session.Execute(
        """
        INSERT INTO users (name, display_name, realm, ha1_md5, ha1_sha256, created_at, updated_at)
        VALUES (@name, @display, @realm, @md5, @sha256, @now, @now)
        ON CONFLICT (name) DO UPDATE SET display_name = excluded.display_name, realm = excluded.realm,
            ha1_md5 = excluded.ha1_md5, ha1_sha256 = excluded.ha1_sha256, updated_at = excluded.updated_at
        """,
        ("name", user.Name), ("display", user.DisplayName), ("realm", user.Realm), ("md5", user.Ha1Md5), ("sha256", user.Ha1Sha256), ("now", now));

    /// <summary>Gives a user codecs of its own, or with an empty list those of the host.</summary>
    /// <returns>False where there is no such user.</returns>
    public static bool SetCodecs(DbSession session, string name, IReadOnlyList<CodecName> codecs, DateTimeOffset now) => session.Execute(
        "UPDATE users SET codecs = @codecs, updated_at = @now WHERE name = @name",
        ("codecs", string.Join(',', codecs)), ("now", now), ("name", name)) > 0;

    /// <summary>Whether a user's media is encrypted from the next call on.</summary>
    /// <returns>False where there is no such user.</returns>
    public static bool SetSrtp(DbSession session, string name, SrtpMode mode, DateTimeOffset now) => session.Execute(
        "UPDATE users SET srtp = @srtp, updated_at = @now WHERE name = @name", ("srtp", mode.ToText()), ("now", now), ("name", name)) > 0;

    /// <summary>Gives a user the number that the outside sees, or takes it away.</summary>
    /// <returns>False where there is no such user.</returns>
    public static bool SetCallerId(DbSession session, string name, string? number, DateTimeOffset now) => session.Execute(
        "UPDATE users SET caller_id = @number, updated_at = @now WHERE name = @name", ("number", number), ("now", now), ("name", name)) > 0;

    /// <summary>Removes the user, its registrations and its forwarding.</summary>
    /// <returns>False where there was none.</returns>
    public static bool Remove(DbSession session, string name)
    {
        session.Execute("DELETE FROM registrations WHERE user_name = @name", ("name", name));
        session.Execute("DELETE FROM forwards WHERE user_name = @name", ("name", name));
        return session.Execute("DELETE FROM users WHERE name = @name", ("name", name)) > 0;
    }
}
