using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Interop.Peers;

/// <summary>One row, by column name; everything as text.</summary>
public sealed class Row(IReadOnlyDictionary<string, string?> columns)
{
    public string? this[string column] => columns[column];

    public int Number(string column) => int.Parse(columns[column] ?? "-1", CultureInfo.InvariantCulture);

    public override string ToString() => string.Join(", ", columns.Select(c => $"{c.Key}={c.Value}"));
}

/// <summary>The product's tables seen from outside, on either engine, while the product uses them.</summary>
public sealed class Rows(string? postgresUrl, string sqliteFile)
{
    public async Task<IReadOnlyList<Row>> QueryAsync(string sql)
    {
        await using DbConnection connection = await OpenAsync();
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = sql;
        await using DbDataReader reader = await command.ExecuteReaderAsync();
        List<Row> rows = [];
        while (await reader.ReadAsync())
        {
            rows.Add(new Row(Enumerable.Range(0, reader.FieldCount).ToDictionary(reader.GetName,
                i => reader.IsDBNull(i) ? null : Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture))));
        }
        return rows;
    }

    public async Task ExecuteAsync(string sql)
    {
        await using DbConnection connection = await OpenAsync();
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    private async Task<DbConnection> OpenAsync()
    {
        DbConnection connection = postgresUrl is null
            ? new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = sqliteFile, Pooling = false, DefaultTimeout = 10 }.ToString())
            : new NpgsqlConnection(FromUrl(new Uri(postgresUrl)));
        await connection.OpenAsync();
        return connection;
    }

    private static string FromUrl(Uri url) => new NpgsqlConnectionStringBuilder
    {
        Host = url.Host,
        Port = url.Port,
        Database = url.AbsolutePath.Trim('/'),
        Username = url.UserInfo.Split(':')[0],
        Password = url.UserInfo.Split(':') is [_, var password] ? Uri.UnescapeDataString(password) : null,
        Pooling = false,
    }.ToString();
}
