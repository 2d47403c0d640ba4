using System.Data.Common;

namespace Tandem.Storage;

/// <summary>The statements of one connection, parsed once: parsing costs SQLite more than most of them take to run.</summary>
/// <remarks>Lives as long as its connection, on one thread. PostgreSQL's driver has a cache of its own.</remarks>
internal sealed class StatementCache : IDisposable
{
    private const int Most = 64;
    private readonly Dictionary<string, DbCommand> _commands = [];

    /// <summary>A command with this text, its parameters those of its last use; null: the cache is full of others.</summary>
    public DbCommand? Find(string sql, DbConnection connection)
    {
        if (_commands.TryGetValue(sql, out DbCommand? known)) return known;
        if (_commands.Count == Most) return null;
        DbCommand command = connection.CreateCommand();
        _commands.Add(sql, command);
        return command;
    }

    public void Dispose()
    {
        foreach (DbCommand command in _commands.Values) command.Dispose();
        _commands.Clear();
    }
}
