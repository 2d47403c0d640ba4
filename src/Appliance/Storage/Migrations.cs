using System.Data.Common;
using System.Globalization;

namespace Tandem.Storage;

/// <summary>Brings a schema up to date: numbered SQL files per engine, each applied once, all in one transaction.</summary>
internal static class Migrations
{
    /// <summary>Applies what is missing.</summary>
    /// <exception cref="StartException">The database was written by a newer version.</exception>
    public static void Apply(DatabaseSource source, DateTimeOffset now)
    {
        using DbConnection connection = source.Open();
        using DbTransaction transaction = DatabaseSource.Begin(connection);
        var session = new DbSession(connection, transaction, source.Engine);
        if (source.Engine == DatabaseEngine.PostgreSql) session.Execute("SELECT pg_advisory_xact_lock(724203)");    // two hosts may start at once
        string time = source.Engine == DatabaseEngine.Sqlite ? "TEXT" : "TIMESTAMPTZ";
        session.Execute($"CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY, applied_at {time} NOT NULL)");
        long present = session.Number("SELECT MAX(version) FROM schema_version");
        List<(int Version, string Name)> known = Known(source.Engine);
        if (present > known[^1].Version)
            throw new StartException($"The database {source.Place} has schema version {present}; this version of tandem knows {known[^1].Version}.",
                "Start the newer tandem that wrote it, or restore a backup made before the upgrade.");
        HashSet<long> applied = [.. session.Query("SELECT version FROM schema_version", row => row.Long(0))];
        foreach ((int version, string name) in known.Where(migration => !applied.Contains(migration.Version)))
        {
            session.Execute(Read(name));
            session.Execute("INSERT INTO schema_version (version, applied_at) VALUES (@version, @now)", ("version", version), ("now", now));
        }
        transaction.Commit();
    }

    private static List<(int Version, string Name)> Known(DatabaseEngine engine)
    {
        string folder = $"Migrations/{engine}/";
        return [.. typeof(Migrations).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(folder, StringComparison.Ordinal))
            .Select(name => (int.Parse(Path.GetFileNameWithoutExtension(name), CultureInfo.InvariantCulture), name))
            .OrderBy(migration => migration.Item1)];
    }

    private static string Read(string name)
    {
        using var reader = new StreamReader(typeof(Migrations).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
