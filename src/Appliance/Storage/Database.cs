using System.Data.Common;
using System.Net.Sockets;
using Tandem.Configuration;

namespace Tandem.Storage;

/// <summary>SQLite in the data folder or PostgreSQL, behind one door: readers run side by side, writers one after the other.</summary>
/// <remarks>All members may be used from any thread. Nothing here is for a signalling or media thread to wait for.</remarks>
public sealed class Database : IAsyncDisposable
{
    private readonly DatabaseSource _source;
    private readonly Queue<Action> _writes = new();    // its own lock; who waits sleeps without spinning
    private bool _isClosing;
    private readonly Thread _writer;
    private DbConnection? _connection;    // the writer thread's own
    private StatementCache? _statements;

    private Database(DatabaseSource source)
    {
        _source = source;
        _writer = new Thread(RunWrites) { Name = "database writer", IsBackground = true };
        _writer.Start();
    }

    public DatabaseEngine Engine => _source.Engine;

    /// <summary>File or URL, without password.</summary>
    public string Place => _source.Place;

    /// <summary>Opens the database and brings its schema up to date.</summary>
    /// <exception cref="StartException">It cannot be reached or is newer than this version.</exception>
    public static async Task<Database> OpenAsync(DatabaseOptions options, CancellationToken cancellation = default)
    {
        var source = new DatabaseSource(options);
        try
        {
            await Task.Run(() => Migrations.Apply(source, DateTimeOffset.UtcNow), cancellation).ConfigureAwait(false);
            return new Database(source);
        }
        catch (Exception error) when (error is DbException or SocketException or IOException or TimeoutException)
        {
            await source.DisposeAsync().ConfigureAwait(false);
            throw new StartException($"The database {source.Place} cannot be opened: {error.Message.TrimEnd('.')}.",
                options.Url is null
                    ? $"Check that the folder {Path.GetDirectoryName(source.Place)} exists and that this user may write to it."
                    : "Check database.url, and that PostgreSQL is running and accepts this user: tandem check.", error);
        }
        catch
        {
            await source.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Runs a query function on a pool thread, outside any transaction of ours.</summary>
    /// <exception cref="DbException">The database did not answer.</exception>
    public Task<T> ReadAsync<T>(Func<DbSession, T> query, CancellationToken cancellation = default) => Task.Run(() =>
    {
        using DbConnection connection = _source.Open();
        return query(new DbSession(connection, null, Engine));
    }, cancellation);

    /// <summary>Runs a function on the writer thread in one transaction: all of it happens, or nothing.</summary>
    /// <exception cref="DbException">The database did not answer or refused.</exception>
    public Task<T> WriteAsync<T>(Func<DbSession, T> work, CancellationToken cancellation = default)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Enqueue(() =>
        {
            if (cancellation.IsCancellationRequested)
            {
                done.TrySetCanceled(cancellation);
                return;
            }
#pragma warning disable CA1031 // Whatever goes wrong belongs to the one who asked; the writer thread goes on.
            try
            {
                done.TrySetResult(Write(work));
            }
            catch (Exception error)
            {
                DropConnection();
                done.TrySetException(error);
            }
#pragma warning restore CA1031
        });
        return done.Task;
    }

    /// <summary>Finishes the writes in hand and closes.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_writes)
        {
            if (_isClosing) return;
            _isClosing = true;
            Monitor.Pulse(_writes);
        }
        await Task.Run(_writer.Join).ConfigureAwait(false);
        await _source.DisposeAsync().ConfigureAwait(false);
    }

    private T Write<T>(Func<DbSession, T> work)
    {
        _connection ??= _source.Open();
        using DbTransaction transaction = DatabaseSource.Begin(_connection);
        T result = work(new DbSession(_connection, transaction, Engine, _statements ??= new StatementCache()));
        transaction.Commit();
        return result;
    }

    private void Enqueue(Action write)
    {
        lock (_writes)
        {
            if (_isClosing) throw new InvalidOperationException("The database is closed.");
            _writes.Enqueue(write);
            Monitor.Pulse(_writes);
        }
    }

    private void RunWrites()
    {
        while (Next() is { } write) write();
        DropConnection();
    }

    /// <summary>Waits for work; null: there will be none.</summary>
    private Action? Next()
    {
        lock (_writes)
        {
            while (_writes.Count == 0)
            {
                if (_isClosing) return null;
                Monitor.Wait(_writes);
            }
            return _writes.Dequeue();
        }
    }

    /// <summary>After an error the connection may be dead or inside a transaction: the next write opens a fresh one.</summary>
    private void DropConnection()
    {
        _statements?.Dispose();
        _statements = null;
        _connection?.Dispose();
        _connection = null;
    }
}
