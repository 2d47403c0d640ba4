using Interop.Audio;
using Interop.Peers;
using Tandem.Tests.Storage;
using Xunit;

namespace Interop.EndToEnd;

public sealed class PostgresTests
{
    [Fact]
    public async Task The_same_call_with_PostgreSQL_leaves_the_same_rows()
    {
        await using PostgresCluster cluster = new();
        await using OnPostgres appliance = new(await cluster.CreateDatabaseAsync());
        await appliance.InitializeAsync();
        await appliance.RunAsync(async () =>
        {
            Assert.False(File.Exists(Path.Combine(appliance.Tandem.DataFolder, "tandem.db")));
            Sound one = await Speech.TestSignalAsync("en-us"), two = await Speech.TestSignalAsync("en-gb-scotland");
            await MenuCallTests.TransferAsync(appliance, appliance.Tandem.Phone("1002") with { Says = two },
                appliance.Tandem.Phone("1001") with { Says = one }, callerHangsUp: false);
        });
    }

    private sealed class OnPostgres(string url) : Appliance
    {
        protected override TandemSetup Setup => new() { DatabaseUrl = url };
    }
}
