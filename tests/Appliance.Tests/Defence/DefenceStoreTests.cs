using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Configuration;
using Tandem.Defence;
using Tandem.Events;
using Tandem.Signalling;
using Tandem.Storage;
using Tandem.Tests.Storage;
using Xunit;

namespace Tandem.Tests.Defence;

public class DefenceStoreTests(PostgresCluster cluster)
{
    [Theory]
    [InlineData(DatabaseEngine.Sqlite)]
    [InlineData(DatabaseEngine.PostgreSql)]
    public async Task Bans_counters_and_used_minutes_survive_a_restart(DatabaseEngine engine)
    {
        await using TestDatabase test = await TestDatabase.CreateAsync(engine, cluster);
        using (var shard = new SignallingShard(NullLogger.Instance))
        {
            await using DefencePlane first = await StartAsync(test, shard);
            await first.BanAsync(BanKind.Source, "203.0.113.7", "test", TimeSpan.FromHours(1));
            await first.BanAsync(BanKind.Source, "203.0.113.8", "test", TimeSpan.FromHours(1));
            await first.BanAsync(BanKind.Account, "1001", "test", TimeSpan.FromHours(1));
            Assert.True(await first.UnbanAsync(BanKind.Source, "203.0.113.8"));
            Assert.False(await first.UnbanAsync(BanKind.Source, "203.0.113.9"));
            first.Guard.Judge("1001", "+881612345678", DateTimeOffset.UtcNow);
        }
        await test.ReopenAsync();
        using (var shard = new SignallingShard(NullLogger.Instance))
        {
            await using DefencePlane second = await StartAsync(test, shard);
            Assert.Equal(["203.0.113.7", "1001"], (await second.BansAsync()).Select(ban => ban.Subject));
            Assert.Equal(2, second.Gate.Counters[DefenceCount.SourceBans]);
            Assert.Equal(1, second.Gate.Counters[DefenceCount.AccountBans]);
            Assert.Equal(1, Assert.Single(second.Guard.Snapshot()).Usage.Refused);
        }
    }

    private static async Task<DefencePlane> StartAsync(TestDatabase test, SignallingShard shard)
    {
        DefencePlane plane = await DefencePlane.StartAsync(new TandemOptions(), test.Database, new PhoneDirectory(test.Database), new EventHub(),
            NullLoggerFactory.Instance, TestContext.Current.CancellationToken);
        plane.Attach(shard, []);
        shard.Start();
        return plane;
    }
}
