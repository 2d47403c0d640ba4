using Sip.Core.Transactions;

namespace Tandem.Signalling;

/// <summary>One deadline of a session; set and moved with <see cref="UserAgent.Arm(AgentTimer, TimeSpan)"/>.</summary>
internal sealed class AgentTimer(Action due) : Timed
{
    public Action Due { get; } = due;
}
