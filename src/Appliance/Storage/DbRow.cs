using System.Data.Common;

namespace Tandem.Storage;

/// <summary>The row a reader stands on; columns by position, as the query names them.</summary>
public readonly struct DbRow(DbDataReader reader)
{
    public string Text(int column) => reader.GetString(column);

    public string? TextOrNull(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    public int Int(int column) => reader.GetInt32(column);

    public long Long(int column) => reader.GetInt64(column);

    public long? LongOrNull(int column) => reader.IsDBNull(column) ? null : reader.GetInt64(column);

    public int? IntOrNull(int column) => reader.IsDBNull(column) ? null : reader.GetInt32(column);

    public double Double(int column) => reader.GetDouble(column);

    public double? DoubleOrNull(int column) => reader.IsDBNull(column) ? null : reader.GetDouble(column);

    public DateTimeOffset Time(int column) => reader.GetValue(column) switch
    {
        string text => DbTime.FromText(text),
        DateTime utc => new DateTimeOffset(DateTime.SpecifyKind(utc, DateTimeKind.Utc)),
        object other => throw new InvalidCastException($"Column {column} holds {other.GetType().Name}, not a time."),
    };

    public DateTimeOffset? TimeOrNull(int column) => reader.IsDBNull(column) ? null : Time(column);
}
