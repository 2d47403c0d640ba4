using Microsoft.Extensions.Hosting;

namespace Tandem.Http;

/// <summary>The appliance starts and stops its web servers itself; they take no signals.</summary>
internal sealed class HostedLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
