using System.Data.Common;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Tandem.Storage;

/// <summary>Follows the journal and puts it into the tables, in batches, for as long as it takes.</summary>
/// <remarks>
/// Old segments first, then the calls they left open are closed, then the segments of this run as they grow. What is in memory does not
/// grow while the database is away: the journal is the queue.
/// </remarks>
internal sealed class CallLogWriter(Database database, JournalFolder folder, string node, long firstOwnSegment, TimeSpan gather, TimeProvider clock, ILogger logger)
{
    private const int BatchEntries = 500;
    private static readonly TimeSpan s_longestWait = TimeSpan.FromSeconds(10);

    private readonly JournalReader _reader = new(folder);
    private readonly TaskCompletionSource _recovered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DateTimeOffset? _lastAlive;

    public Task Recovered => _recovered.Task;

    /// <summary>Applies everything between the oldest segment and what <paramref name="journal"/> reports as written, until it completes.</summary>
    public async Task RunAsync(JournalProgress journal, CancellationToken cancellation)
    {
        try
        {
            foreach (long segment in folder.Segments().Where(number => number < firstOwnSegment))
            {
                await ApplySegmentAsync(new JournalPosition(segment, 0), _reader.LengthOf(segment), cancellation).ConfigureAwait(false);
                folder.Delete(segment);
            }
            DateTimeOffset? lastAlive = _lastAlive;
            int closed = await WriteAsync(session => CrashRecovery.Close(session, node, lastAlive, clock.GetUtcNow()), cancellation).ConfigureAwait(false);
            if (closed > 0) StorageLog.CallsClosed(logger, closed);
            _recovered.TrySetResult();

            var position = new JournalPosition(firstOwnSegment, 0);
            while (await journal.WaitBeyondAsync(position, cancellation).ConfigureAwait(false) is not null)
            {
                await journal.GatherAsync(gather, clock, cancellation).ConfigureAwait(false);
                JournalPosition written = journal.End;
                long limit = position.Segment < written.Segment ? _reader.LengthOf(position.Segment) : written.Offset;
                position = await ApplySegmentAsync(position, limit, cancellation, journal).ConfigureAwait(false);
                if (position.Segment < written.Segment)
                {
                    folder.Delete(position.Segment);
                    position = new JournalPosition(position.Segment + 1, 0);
                }
                journal.Applied(position);
            }
            folder.Delete(position.Segment);
        }
        finally
        {
            _recovered.TrySetCanceled(CancellationToken.None);
        }
    }

    /// <param name="tail">Of this run, whose newest entries are in memory; null: of an earlier one.</param>
    private async Task<JournalPosition> ApplySegmentAsync(JournalPosition position, long limit, CancellationToken cancellation, JournalProgress? tail = null)
    {
        while (position.Offset < limit)
        {
            if (tail?.TakeTail(position, BatchEntries, out JournalPosition after) is { Count: > 0 } known)
            {
                await ApplyAsync(known, cancellation).ConfigureAwait(false);
                position = after;
                continue;
            }
            List<CallLogEntry> entries = _reader.Read(position, limit, BatchEntries, out JournalPosition next, out bool damaged);
            if (damaged)
            {
                ReportDamage(position, limit);
                return position with { Offset = limit };
            }
            await ApplyAsync(entries, cancellation).ConfigureAwait(false);
            position = next;
        }
        return position;
    }

    private void ReportDamage(JournalPosition position, long limit)
    {
        // A kill leaves at most one batch unfinished at the very end; anything longer is a fault of the disk and worth keeping.
        if (limit - position.Offset < JournalFrame.MaxPayloadBytes)
        {
            StorageLog.SegmentTorn(logger, position.Segment, position.Offset);
            return;
        }
        StorageLog.SegmentDamaged(logger, position.Segment, position.Offset, folder.PathOf(position.Segment) + ".damaged");
        folder.SetAside(position.Segment);
    }

    private async Task ApplyAsync(List<CallLogEntry> entries, CancellationToken cancellation)
    {
        foreach (CallLogEntry entry in entries)
            if (_lastAlive is not { } alive || entry.At > alive) _lastAlive = entry.At;
        try
        {
            await WriteAsync(session => ApplyAll(session, entries), cancellation).ConfigureAwait(false);
        }
        catch (DbException error) when (DatabaseSource.IsRefusedForGood(error))
        {
            foreach (CallLogEntry entry in entries) await ApplyOneAsync(entry, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>One bad entry must not hold up the rest, so each gets a transaction of its own.</summary>
    private async Task ApplyOneAsync(CallLogEntry entry, CancellationToken cancellation)
    {
        try
        {
            await WriteAsync(session => ApplyAll(session, [entry]), cancellation).ConfigureAwait(false);
        }
        catch (DbException error) when (DatabaseSource.IsRefusedForGood(error))
        {
            StorageLog.EntryRefused(logger, entry.Event, entry.CallId, error.Message);
        }
    }

    private int ApplyAll(DbSession session, List<CallLogEntry> entries)
    {
        HashSet<Guid> known = [];
        Dictionary<Guid, CallLogEntry> last = [];
        foreach (CallLogEntry entry in entries)
            if (entry.Event is CallLogEvent.Started or CallLogEvent.Active or CallLogEvent.Ended) last[entry.CallId] = entry;
        foreach (CallLogEntry entry in entries)
        {
            bool isPassed = last.TryGetValue(entry.CallId, out CallLogEntry? newest) && !ReferenceEquals(newest, entry);
            CallLogTables.Apply(session, entry, node, isKnown: !known.Add(entry.CallId), isPassed);
        }
        return entries.Count;
    }

    /// <summary>Tries until the database takes it; only a refusal of the data itself comes back as an error.</summary>
    private async Task<T> WriteAsync<T>(Func<DbSession, T> work, CancellationToken cancellation)
    {
        TimeSpan wait = TimeSpan.FromMilliseconds(250);
        for (bool away = false; ; away = true)
        {
            try
            {
                T result = await database.WriteAsync(work, cancellation).ConfigureAwait(false);
                if (away) StorageLog.DatabaseBack(logger);
                return result;
            }
            catch (Exception error) when (IsOutage(error))
            {
                StorageLog.DatabaseAway(logger, error.Message, wait);
            }
            await Task.Delay(wait, clock, cancellation).ConfigureAwait(false);
            if (wait < s_longestWait) wait *= 2;
        }
    }

    private static bool IsOutage(Exception error) => error switch
    {
        DbException refused => !DatabaseSource.IsRefusedForGood(refused),
        SocketException or IOException or TimeoutException => true,
        _ => false,
    };
}
