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
}
