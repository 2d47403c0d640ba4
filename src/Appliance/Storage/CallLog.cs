#pragma warning disable CA1822 // The writer behind this door lands next.
using Microsoft.Extensions.Logging;

namespace Tandem.Storage;

/// <summary>Writes what calls do into the database without ever making a call wait: queue, journal on disk, batching writer.</summary>
/// <remarks>Any thread may call; order per call is the caller's. A killed process or a missing database loses no finished call.</remarks>
public sealed class CallLog : IAsyncDisposable
{
    private CallLog() { }

    /// <summary>Starts the writer: replays what an earlier run left in the journal, then closes the calls that it left open.</summary>
    public static CallLog Start(Database database, string journalFolder, ILoggerFactory log)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(journalFolder);
        ArgumentNullException.ThrowIfNull(log);
        return new CallLog();
    }

    /// <summary>Completes when the journal of an earlier run is in the database and its open calls are closed.</summary>
    public Task Recovered { get; } = Task.CompletedTask;

    /// <summary>The live load of agents, ahead of the database; what routing asks.</summary>
    public AgentBoard Agents { get; } = new();

    /// <summary>A call began: its row in <c>call_logs</c> (status active) and in <c>active_calls</c>.</summary>
    public void CallStarted(Guid callId, string from, string to, DateTimeOffset at) { }

    /// <summary>What the call does now (<c>ivr</c>, <c>ringing</c>, <c>connected</c>, <c>held</c>) and which agent has it.</summary>
    /// <param name="agentExtension">The agent counts one call more until the call ends or another agent (or null) is named.</param>
    public void CallActive(Guid callId, string status, string? agentExtension = null) { }

    /// <summary>A leg is over: its row in <c>call_legs</c>.</summary>
    public void LegEnded(CallLegRecord leg) { }

    /// <summary>The call is over: end, duration, status and reason; <c>active_calls</c> is cleared of it.</summary>
    /// <param name="agentExtension">The agent who handled it: total_calls grows by one.</param>
    public void CallEnded(Guid callId, CallStatus status, DateTimeOffset at, string reason, string? agentExtension = null) { }

    /// <summary>Completes when everything logged before this call is in the database.</summary>
    public ValueTask FlushAsync(CancellationToken cancellation = default) => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
