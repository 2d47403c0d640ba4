using Tandem.Http;

namespace Tandem.Cli;

/// <summary>Asks the appliance: the running one over its socket, or the same handlers here when none runs.</summary>
internal abstract class ApplianceClient : IAsyncDisposable
{
    /// <summary>True where a running appliance answers.</summary>
    public abstract bool IsRunning { get; }

    /// <exception cref="ApiException">It cannot be done; the message and its advice are for the person.</exception>
    public abstract Task<TOut> AskAsync<TIn, TOut>(ApiOperation<TIn, TOut> operation, TIn input, CancellationToken cancellation);

    public abstract ValueTask DisposeAsync();
}
