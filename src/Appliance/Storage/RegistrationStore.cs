using System.Data.Common;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Tandem.Storage;

/// <summary>Keeps the registrar's bindings over a restart. Saving never waits; the newest state of a user wins.</summary>
/// <remarks>While the database is away at most one state per user waits in memory.</remarks>
public sealed class RegistrationStore : IAsyncDisposable
{
    /// <summary>How long what follows a save waits for more: many share one transaction.</summary>
    private static readonly TimeSpan s_gather = TimeSpan.FromMilliseconds(250);

    private readonly Database _database;
    private readonly string _node;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stop = new();
    private Dictionary<string, IReadOnlyList<StoredBinding>> _waiting = new(StringComparer.Ordinal);
    private Task _saving = Task.CompletedTask;
    private TaskCompletionSource? _hurry;
    private int _flushes;

    public RegistrationStore(Database database, string node, ILoggerFactory log, TimeProvider? clock = null)
    {
        _database = database;
        _node = node;
        _clock = clock ?? TimeProvider.System;
        _logger = log.CreateLogger<RegistrationStore>();
    }

    /// <summary>Bindings that have not expired by <paramref name="now"/>; forgets those that have.</summary>
    public Task<List<StoredBinding>> LoadAsync(DateTimeOffset now, CancellationToken cancellation = default) => _database.WriteAsync(session =>
    {
        session.Execute("DELETE FROM registrations WHERE expires_at <= @now", ("now", now));
        return session.Query(
            """
            SELECT user_name, contact_uri, instance_id, reg_id, q, call_id, cseq, expires_at, source, path, user_agent
            FROM registrations ORDER BY user_name, id
            """,
            row => new StoredBinding(row.Text(0), row.Text(1), row.TextOrNull(2), row.Int(3), row.Double(4), row.Text(5), row.Long(6),
                row.Time(7), row.Text(8), row.TextOrNull(9), row.TextOrNull(10)));
    }, cancellation);

    /// <summary>Replaces all bindings of a user by these; an empty list removes them. Any thread; returns at once; written behind.</summary>
    public void Save(string user, IReadOnlyList<StoredBinding> bindings)
    {
        lock (_lock)
        {
            _waiting[user] = bindings;
            if (_saving.IsCompleted) _saving = Task.Run(SaveWaitingAsync);
        }
    }

    /// <summary>Completes when everything saved before is in the database.</summary>
    public async Task FlushAsync(CancellationToken cancellation = default)
    {
        lock (_lock)
        {
            _flushes++;
            _hurry?.TrySetResult();
        }
        try
        {
            while (true)
            {
                Task saving;
                lock (_lock)
                {
                    if (_waiting.Count == 0 && _saving.IsCompleted) return;
                    saving = _saving;
                }
                await saving.WaitAsync(cancellation).ConfigureAwait(false);
            }
        }
        finally
        {
            lock (_lock) _flushes--;
        }
    }

    /// <summary>Gives what still waits 2 s to be written.</summary>
    public async ValueTask DisposeAsync()
    {
        _stop.CancelAfter(TimeSpan.FromSeconds(2));
        await FlushAsync(_stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _stop.CancelAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task SaveWaitingAsync()
    {
        while (true)
        {
            Dictionary<string, IReadOnlyList<StoredBinding>> batch;
            lock (_lock)
            {
                if (_waiting.Count == 0)
                {
                    _saving = Task.CompletedTask;
                    return;
                }
                batch = _waiting;
                _waiting = new Dictionary<string, IReadOnlyList<StoredBinding>>(StringComparer.Ordinal);
            }
            try
            {
                await _database.WriteAsync(session => Write(session, batch), _stop.Token).ConfigureAwait(false);
                await GatherAsync().ConfigureAwait(false);
            }
            catch (DbException error) when (DatabaseSource.IsRefusedForGood(error))
            {
                if (batch.Count == 1) StorageLog.RegistrationRefused(_logger, batch.Keys.First(), error.Message);
                else await SaveOneByOneAsync(batch).ConfigureAwait(false);
            }
            catch (Exception error) when (error is DbException or SocketException or IOException or TimeoutException)
            {
                StorageLog.RegistrationsNotSaved(_logger, error.Message);
                PutBack(batch);
                await Task.Delay(TimeSpan.FromSeconds(2), _clock, _stop.Token).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Lets more come, unless somebody waits for what is there.</summary>
    private async Task GatherAsync()
    {
        Task hurry;
        lock (_lock)
        {
            if (_flushes > 0) return;
            _hurry = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            hurry = _hurry.Task;
        }
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        await Task.WhenAny(hurry, Task.Delay(s_gather, _clock, enough.Token)).ConfigureAwait(false);
        await enough.CancelAsync().ConfigureAwait(false);
    }

    /// <summary>What the database refuses of one user must not keep the others from being saved.</summary>
    private async Task SaveOneByOneAsync(Dictionary<string, IReadOnlyList<StoredBinding>> batch)
    {
        foreach ((string user, IReadOnlyList<StoredBinding> bindings) in batch)
        {
            var one = new Dictionary<string, IReadOnlyList<StoredBinding>>(StringComparer.Ordinal) { [user] = bindings };
            try
            {
                await _database.WriteAsync(session => Write(session, one), _stop.Token).ConfigureAwait(false);
            }
            catch (DbException error) when (DatabaseSource.IsRefusedForGood(error))
            {
                StorageLog.RegistrationRefused(_logger, user, error.Message);
            }
            catch (Exception error) when (error is DbException or SocketException or IOException or TimeoutException)
            {
                StorageLog.RegistrationsNotSaved(_logger, error.Message);
                PutBack(one);
            }
        }
    }

    private void PutBack(Dictionary<string, IReadOnlyList<StoredBinding>> batch)
    {
        lock (_lock)
            foreach ((string user, IReadOnlyList<StoredBinding> bindings) in batch) _waiting.TryAdd(user, bindings);
    }

    private int Write(DbSession session, Dictionary<string, IReadOnlyList<StoredBinding>> batch)
    {
        foreach ((string user, IReadOnlyList<StoredBinding> bindings) in batch)
        {
            session.Execute("DELETE FROM registrations WHERE user_name = @user", ("user", user));
            foreach (StoredBinding one in bindings)
                session.Execute(
                    """
                    INSERT INTO registrations (user_name, contact_uri, instance_id, reg_id, q, call_id, cseq, expires_at, source, path, user_agent, node)
                    SELECT name, @contact, @instance, @reg, @q, @call, @cseq, @expires, @source, @path, @agent, @node FROM users WHERE name = @user
                    """,
                    ("user", user), ("contact", one.ContactUri), ("instance", one.InstanceId), ("reg", one.RegId), ("q", one.Q), ("call", one.CallId),
                    ("cseq", one.CSeq), ("expires", one.ExpiresAt), ("source", one.Source), ("path", one.Path), ("agent", one.UserAgent), ("node", _node));
        }
        return batch.Count;
    }
}
