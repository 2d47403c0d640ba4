using System.Data.Common;

namespace Tandem.Storage;

/// <summary>One connection (and transaction, where writing) for the length of one query function.</summary>
/// <remarks>Not thread-safe. Query texts are the same for both engines; only the form of a time differs, and that is settled here.</remarks>
public sealed class DbSession
{
    private readonly DbConnection _connection;
    private readonly DbTransaction? _transaction;
    private readonly StatementCache? _statements;

    internal DbSession(DbConnection connection, DbTransaction? transaction, DatabaseEngine engine, StatementCache? statements = null)
    {
        _connection = connection;
        _transaction = transaction;
        _statements = engine == DatabaseEngine.Sqlite ? statements : null;
        Engine = engine;
    }

    public DatabaseEngine Engine { get; }

    /// <returns>Rows changed.</returns>
    public int Execute(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        DbCommand command = Command(sql, parameters, out bool isOurs);
        using DbCommand? ours = isOurs ? command : null;
        return command.ExecuteNonQuery();
    }

    /// <summary>All rows, each mapped by <paramref name="map"/>.</summary>
    public List<T> Query<T>(string sql, Func<DbRow, T> map, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        DbCommand command = Command(sql, parameters, out bool isOurs);
        using DbCommand? ours = isOurs ? command : null;
        using DbDataReader reader = command.ExecuteReader();
        var row = new DbRow(reader);
        List<T> rows = [];
        while (reader.Read()) rows.Add(map(row));
        return rows;
    }

    /// <summary>The first column of the first row as a number; 0 where there is none.</summary>
    public long Number(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        DbCommand command = Command(sql, parameters, out bool isOurs);
        using DbCommand? ours = isOurs ? command : null;
        return command.ExecuteScalar() is { } value and not DBNull
            ? Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture) : 0;
    }

    /// <param name="sql">A constant text.</param>
    /// <param name="parameters">Their names and order are the same at each use of a text.</param>
    /// <param name="isOurs">The caller disposes it; else the cache does.</param>
    private DbCommand Command(string sql, ReadOnlySpan<(string Name, object? Value)> parameters, out bool isOurs)
    {
        DbCommand? known = _statements?.Find(sql, _connection);
        isOurs = known is null;
        DbCommand command = known ?? _connection.CreateCommand();
        command.Transaction = _transaction;
#pragma warning disable CA2100 // Texts are constants of the stores and embedded files; values go in as parameters.
        if (command.CommandText != sql) command.CommandText = sql;    // setting it makes SQLite parse again
#pragma warning restore CA2100
        for (int i = 0; i < parameters.Length; i++)
        {
            (string name, object? value) = parameters[i];
            if (i == command.Parameters.Count)
            {
                DbParameter made = command.CreateParameter();
                made.ParameterName = $"@{name}";    // as the texts have it: SQLite looks twice for a bare name
                command.Parameters.Add(made);
            }
            DbParameter parameter = command.Parameters[i];
            parameter.Value = value switch
            {
                null => DBNull.Value,
                DateTimeOffset at when Engine == DatabaseEngine.Sqlite => DbTime.ToText(at),
                DateTimeOffset at => DbTime.ToMilliseconds(at),
                Guid id => id.ToString(),
                _ => value,
            };
        }
        return command;
    }
}
