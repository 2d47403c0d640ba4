namespace Tandem.Storage;

/// <summary>Holds the current <see cref="DirectorySnapshot"/>, so that a call asks memory and never waits for SQL.</summary>
public sealed class PhoneDirectory(Database database)
{
    private DirectorySnapshot _current = DirectorySnapshot.Empty;

    /// <summary>Raised after a new snapshot is in force, on the thread that loaded it.</summary>
    public event Action<DirectorySnapshot>? Changed;

    /// <summary>The snapshot in force. Take it once per decision; the next read may give a newer one.</summary>
    public DirectorySnapshot Current => Volatile.Read(ref _current);

    /// <summary>Reads everything again: after a change by our handlers, on SIGHUP and by <c>tandem reload</c>.</summary>
    /// <exception cref="System.Data.Common.DbException">The database did not answer; the old snapshot stays in force.</exception>
    public async Task ReloadAsync(CancellationToken cancellation = default)
    {
        DirectorySnapshot snapshot = await database.ReadAsync(static session => DirectorySnapshot.Of(
            UserStore.List(session), MenuStore.List(session), AgentStore.List(session), ExtensionStore.List(session)), cancellation)
            .ConfigureAwait(false);
        Volatile.Write(ref _current, snapshot);
        Changed?.Invoke(snapshot);
    }
}
