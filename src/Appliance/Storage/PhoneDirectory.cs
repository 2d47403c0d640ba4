namespace Tandem.Storage;

/// <summary>Holds the current <see cref="DirectorySnapshot"/>, so that a call asks memory and never waits for SQL.</summary>
public sealed class PhoneDirectory(Database database)
{
    private readonly Lock _publishing = new();
    private DirectorySnapshot _current = DirectorySnapshot.Empty;
    private long _asked, _published;

    /// <summary>Raised after a new snapshot is in force, on the thread that loaded it; must be quick.</summary>
    public event Action<DirectorySnapshot>? Changed;

    /// <summary>The snapshot in force. Take it once per decision; the next read may give a newer one.</summary>
    public DirectorySnapshot Current => Volatile.Read(ref _current);

    /// <summary>Reads everything again: after a change by our handlers, on SIGHUP and by <c>tandem reload</c>.</summary>
    /// <exception cref="System.Data.Common.DbException">The database did not answer; the old snapshot stays in force.</exception>
    public async Task ReloadAsync(CancellationToken cancellation = default)
    {
        long turn = Interlocked.Increment(ref _asked);
        DirectorySnapshot snapshot = await database.ReadAsync(DirectoryReader.Read, cancellation).ConfigureAwait(false);
        lock (_publishing)
        {
            if (turn < _published) return;    // a reading that began later has overtaken this one and knows at least as much
            _published = turn;
            Volatile.Write(ref _current, snapshot);
            Changed?.Invoke(snapshot);
        }
    }
}
