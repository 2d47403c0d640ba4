namespace Tandem.Storage;

/// <summary>The two engines that hold the one schema.</summary>
public enum DatabaseEngine
{
    Sqlite,
    PostgreSql,
}
