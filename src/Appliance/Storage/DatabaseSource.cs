using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;
using Tandem.Configuration;

namespace Tandem.Storage;

/// <summary>Opens connections to the configured engine, and knows which of its errors are worth a second try.</summary>
internal sealed class DatabaseSource : IAsyncDisposable
{
    private readonly NpgsqlDataSource? _postgres;
    private readonly string _sqlite = "";

    public DatabaseSource(DatabaseOptions options)
    {
        if (options.Url is { } url)
        {
            _postgres = new NpgsqlDataSourceBuilder(PostgresUrl.ToConnectionString(url)).Build();
            Place = PostgresUrl.WithoutPassword(url);
            Engine = DatabaseEngine.PostgreSql;
            return;
        }
        Place = Path.GetFullPath(options.File);
        _sqlite = new SqliteConnectionStringBuilder
        {
            DataSource = Place,
            ForeignKeys = true,
            DefaultTimeout = 5,    // seconds that a command waits for another process's lock
            Pooling = true,
        }.ToString();
    }

    public DatabaseEngine Engine { get; }

    /// <summary>Where the data is, safe to show.</summary>
    public string Place { get; }

    public DbConnection Open()
    {
        if (_postgres is not null) return _postgres.OpenConnection();
        if (!File.Exists(Place)) MakeFile();
        var connection = new SqliteConnection(_sqlite);
        try
        {
            connection.Open();
            using SqliteCommand command = connection.CreateCommand();
            // FULL: a commit is on disk when it returns, because the journal's copy is deleted after it.
            command.CommandText = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;";
            command.ExecuteNonQuery();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>A writing transaction that holds its lock from the start, so that it cannot fail half-way for another writer.</summary>
    public static DbTransaction Begin(DbConnection connection) =>
        connection is SqliteConnection sqlite ? sqlite.BeginTransaction(deferred: false) : connection.BeginTransaction();

    /// <summary>True where the data itself was refused: trying again gives the same answer.</summary>
    public static bool IsRefusedForGood(DbException error) => error switch
    {
        PostgresException postgres => postgres.SqlState.Length == 5 && postgres.SqlState[..2] is "22" or "23" or "42",
        SqliteException sqlite => sqlite.SqliteErrorCode is 1 or 18 or 19 or 20 or 25,    // ERROR, TOOBIG, CONSTRAINT, MISMATCH, RANGE
        _ => false,
    };

    /// <summary>The file holds hashed passwords: for its owner only. SQLite gives the files beside it the same mode.</summary>
    private void MakeFile()
    {
        using var file = new FileStream(Place, new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (_postgres is not null)
        {
            await _postgres.DisposeAsync().ConfigureAwait(false);
            return;
        }
        using var connection = new SqliteConnection(_sqlite);
        SqliteConnection.ClearPool(connection);
    }
}
