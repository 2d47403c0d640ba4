using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Dtls;
using Xunit;

namespace Appliance.Tests.Dtls;

public sealed class DtlsWarmUpTests
{
    [Fact]
    public async Task It_comes_to_its_end_and_leaves_no_handshake_behind()
    {
        using var endpoint = new DtlsEndpoint(DtlsIdentity.Make(DateTimeOffset.UtcNow), NullLogger.Instance);
        await DtlsWarmUp.Begin(endpoint).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.True(SpinWait.SpinUntil(() => endpoint.Workers.InFlight == 0, TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public void An_end_in_the_midst_of_it_waits_for_no_handshake()
    {
        var watch = Stopwatch.StartNew();
        for (int i = 0; i < 20; i++)
        {
            using var endpoint = new DtlsEndpoint(DtlsIdentity.Make(DateTimeOffset.UtcNow), NullLogger.Instance);
            Task warmUp = DtlsWarmUp.Begin(endpoint);    // it may be over before this thread has its turn
            Assert.True(SpinWait.SpinUntil(() => endpoint.Workers.InFlight == 2 || warmUp.IsCompleted, TimeSpan.FromSeconds(30)), "it neither runs nor ends");
        }
        Assert.True(watch.Elapsed < DtlsWorkers.Limit, $"twenty ends took {watch.Elapsed}, as long as handshakes that are waited for");
    }
}
