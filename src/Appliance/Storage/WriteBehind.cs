using System.Data.Common;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Tandem.Storage;

/// <summary>Writes rows behind whoever changes them: returns at once, and of several states of one row the newest wins.</summary>
/// <param name="database">Where to; while it is away one state of each row waits.</param>
/// <param name="what">What is written, for the log.</param>
/// <param name="logger">Hears of a database that does not answer.</param>
/// <remarks>Any thread.</remarks>
internal sealed class WriteBehind(Database database, string what, ILogger logger) : IAsyncDisposable
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stop = new();
    private Dictionary<string, Action<DbSession>> _waiting = new(StringComparer.Ordinal);
    private Task _writing = Task.CompletedTask;

    /// <param name="row">Names the row.</param>
    /// <param name="write">Writes it, on the database's thread.</param>
    public void Save(string row, Action<DbSession> write)
    {
        lock (_lock)
        {
            _waiting[row] = write;
            if (_writing.IsCompleted) _writing = Task.Run(WriteAsync);
        }
    }

    /// <summary>Completes when everything saved before is in the database.</summary>
    public async Task FlushAsync(CancellationToken cancellation = default)
    {
        while (true)
        {
            Task writing;
            lock (_lock)
            {
                if (_waiting.Count == 0 && _writing.IsCompleted) return;
                writing = _writing;
            }
            await writing.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Gives what still waits 2 s to be written.</summary>
    public async ValueTask DisposeAsync()
    {
        _stop.CancelAfter(s_pause);
        await FlushAsync(_stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _stop.CancelAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task WriteAsync()
    {
        while (true)
        {
            Dictionary<string, Action<DbSession>> batch;
            lock (_lock)
            {
                if (_waiting.Count == 0)
                {
                    _writing = Task.CompletedTask;
                    return;
                }
                batch = _waiting;
                _waiting = new Dictionary<string, Action<DbSession>>(StringComparer.Ordinal);
            }
            try
            {
                await database.WriteAsync(session => Write(session, batch.Values), _stop.Token).ConfigureAwait(false);
            }
            catch (Exception error) when (error is DbException or SocketException or IOException or TimeoutException)
            {
                bool lost = error is DbException refused && DatabaseSource.IsRefusedForGood(refused);
                StorageLog.NotWritten(logger, what, error.Message, lost ? "it is given up" : "it is tried again");
                if (lost) continue;
                lock (_lock)
                    foreach ((string row, Action<DbSession> write) in batch) _waiting.TryAdd(row, write);
                await Task.Delay(s_pause, _stop.Token).ConfigureAwait(false);
            }
        }
    }

    private static int Write(DbSession session, Dictionary<string, Action<DbSession>>.ValueCollection rows)
    {
        foreach (Action<DbSession> write in rows) write(session);
        return rows.Count;
    }
}
