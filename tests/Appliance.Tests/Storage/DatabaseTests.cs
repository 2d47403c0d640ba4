using System.Data.Common;
using Tandem.Storage;
using Xunit;

namespace Tandem.Tests.Storage;

public sealed class DatabaseTests(PostgresCluster cluster)
{
    [Theory]
    [InlineData(DatabaseEngine.Sqlite)]
    [InlineData(DatabaseEngine.PostgreSql)]
    public async Task The_tables_of_the_replaced_platform_have_their_columns(DatabaseEngine engine)
    {
        await using TestDatabase test = await TestDatabase.CreateAsync(engine, cluster);
        await test.QueryAsync("SELECT call_id, from_number, to_number, status, start_time, end_time, duration, recording_url, created_at FROM call_logs", _ => 0);
        await test.QueryAsync("SELECT id, call_id, from_number, to_number, agent_extension, status, started_at FROM active_calls", _ => 0);
        await test.QueryAsync("SELECT id, extension, name, email, status, current_calls, total_calls, created_at, updated_at FROM agents", _ => 0);
        await test.QueryAsync("SELECT id, menu_id, name, welcome_message, created_at FROM ivr_menus", _ => 0);
        await test.QueryAsync("SELECT id, menu_id, digit, action_type, action_value, created_at FROM ivr_menu_options", _ => 0);
    }

    [Theory]
    [InlineData(DatabaseEngine.Sqlite)]
    [InlineData(DatabaseEngine.PostgreSql)]
    public async Task Opening_again_applies_nothing_twice(DatabaseEngine engine)
    {
        await using TestDatabase test = await TestDatabase.CreateAsync(engine, cluster);
        long applied = await test.NumberAsync("SELECT COUNT(*) FROM schema_version");
        await test.ReopenAsync();
        Assert.Equal(applied, await test.NumberAsync("SELECT COUNT(*) FROM schema_version"));
    }

    [Theory]
    [InlineData(DatabaseEngine.Sqlite)]
    [InlineData(DatabaseEngine.PostgreSql)]
    public async Task A_schema_from_a_newer_version_is_refused_with_advice(DatabaseEngine engine)
    {
        await using TestDatabase test = await TestDatabase.CreateAsync(engine, cluster);
        await test.Database.WriteAsync(session =>
            session.Execute("INSERT INTO schema_version (version, applied_at) VALUES (999, @now)", ("now", DateTimeOffset.UtcNow)),
            TestContext.Current.CancellationToken);
        StartException error = await Assert.ThrowsAsync<StartException>(() => Database.OpenAsync(test.Options, TestContext.Current.CancellationToken));
        Assert.Contains("999", error.Message, StringComparison.Ordinal);
        Assert.Contains("backup", error.Advice, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DatabaseEngine.Sqlite)]
    [InlineData(DatabaseEngine.PostgreSql)]
    public async Task A_failed_write_leaves_nothing_behind_and_the_next_one_works(DatabaseEngine engine)
    {
        await using TestDatabase test = await TestDatabase.CreateAsync(engine, cluster);
        await Assert.ThrowsAnyAsync<DbException>(() => test.Database.WriteAsync(session =>
        {
            session.Execute("INSERT INTO settings (name, value) VALUES ('a', '1')");
            return session.Execute("INSERT INTO settings (name, value) VALUES ('a', '2')");
        }, TestContext.Current.CancellationToken));
        await test.ExecuteAsync("INSERT INTO settings (name, value) VALUES ('b', '3')");
        Assert.Equal("b", await test.TextAsync("SELECT name FROM settings"));
    }

    [Theory]
    [InlineData(DatabaseEngine.Sqlite)]
    [InlineData(DatabaseEngine.PostgreSql)]
    public async Task A_time_comes_back_as_UTC_to_the_millisecond(DatabaseEngine engine)
    {
        await using TestDatabase test = await TestDatabase.CreateAsync(engine, cluster);
        var at = new DateTimeOffset(2026, 3, 29, 2, 30, 15, 123, TimeSpan.FromHours(5.5));
        await test.Database.WriteAsync(session =>
            session.Execute("INSERT INTO schema_version (version, applied_at) VALUES (0, @at)", ("at", at.AddTicks(4567))), TestContext.Current.CancellationToken);
        DateTimeOffset read = Assert.Single(await test.QueryAsync("SELECT applied_at FROM schema_version WHERE version = 0", row => row.Time(0)));
        Assert.Equal(at, read);
        Assert.Equal(TimeSpan.Zero, read.Offset);
    }

    [Fact]
    public async Task Two_processes_may_write_the_same_SQLite_file()
    {
        await using TestDatabase test = await TestDatabase.CreateAsync(DatabaseEngine.Sqlite, cluster);
        await using Database other = await Database.OpenAsync(test.Options, TestContext.Current.CancellationToken);
        IEnumerable<Task<int>> writes = Enumerable.Range(0, 40).Select(i => (i % 2 == 0 ? other : test.Database).WriteAsync(session =>
            session.Execute("INSERT INTO settings (name, value) VALUES (@name, 'x')", ("name", $"n{i}"))));
        await Task.WhenAll(writes);
        Assert.Equal(40, await test.NumberAsync("SELECT COUNT(*) FROM settings"));
    }

    [Fact]
    public async Task A_PostgreSQL_that_does_not_answer_is_a_start_error_that_shows_no_password()
    {
        var options = new Tandem.Configuration.DatabaseOptions { Url = "postgresql://tandem:geheim@127.0.0.1:9/tandem" };
        StartException error = await Assert.ThrowsAsync<StartException>(() => Database.OpenAsync(options, TestContext.Current.CancellationToken));
        Assert.DoesNotContain("geheim", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("127.0.0.1:9", error.Message, StringComparison.Ordinal);
    }
}
