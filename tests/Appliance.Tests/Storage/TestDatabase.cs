using Tandem.Configuration;
using Tandem.Storage;
using Xunit;

[assembly: AssemblyFixture(typeof(Tandem.Tests.Storage.PostgresCluster))]

namespace Tandem.Tests.Storage;

/// <summary>An empty database on either engine, with a data folder beside it; gone when disposed.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private TestDatabase(DatabaseOptions options, string folder)
    {
        Options = options;
        Folder = folder;
    }

    public DatabaseOptions Options { get; }

    public string Folder { get; }

    public string JournalFolder => Path.Combine(Folder, "journal");

    public Database Database { get; private set; } = null!;

    public static async Task<TestDatabase> CreateAsync(DatabaseEngine engine, PostgresCluster cluster)
    {
        string folder = Directory.CreateTempSubdirectory("tandem-test-").FullName;
        string? url = engine == DatabaseEngine.PostgreSql ? await cluster.CreateDatabaseAsync() : null;
        var test = new TestDatabase(new DatabaseOptions { Url = url, File = Path.Combine(folder, "tandem.db") }, folder);
        await test.ReopenAsync();
        return test;
    }

    /// <summary>Closes and opens again, as a restart does.</summary>
    public async Task ReopenAsync()
    {
        if (Database is not null) await Database.DisposeAsync();
        Database = await Database.OpenAsync(Options, TestContext.Current.CancellationToken);
    }

    public Task<List<T>> QueryAsync<T>(string sql, Func<DbRow, T> map) => Database.ReadAsync(session => session.Query(sql, map));

    public async Task<string> TextAsync(string sql) => string.Join(";", await QueryAsync(sql, row => row.TextOrNull(0) ?? "null"));

    public Task<long> NumberAsync(string sql) => Database.ReadAsync(session => session.Number(sql));

    public Task<int> ExecuteAsync(string sql) => Database.WriteAsync(session => session.Execute(sql));

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
