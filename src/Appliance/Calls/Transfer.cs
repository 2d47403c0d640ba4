using Tandem.Ivr;
using Tandem.Storage;

namespace Tandem.Calls;

/// <summary>Connects an answered caller to somebody else: ringback, ring, talk; or says why not.</summary>
internal sealed class Transfer(CallServices services, Call call)
{
    /// <summary>Rings an extension, a user or a SIP URI, and talks until either side ends the call.</summary>
    /// <returns>Null when it was answered (the call is over now), else the words that tell the caller why not.</returns>
    public async Task<string?> ToNumberAsync(string number) => services.DialPlan.Find(number) switch
    {
        { Kind: ExtensionKind.Agents, Target: var list } => await ToAgentAsync(list),
        _ => await RingAsync(services.DialPlan.Targets(number), AgentAt(number)),
    };

    /// <summary>Rings free agents of a comma-separated list (all when empty or <c>*</c>), one after the other, the least busy first.</summary>
    /// <inheritdoc cref="ToNumberAsync" path="/returns"/>
    public async Task<string?> ToAgentAsync(string list)
    {
        HashSet<string> candidates = [.. Candidates(list)];
        while (services.Agents.Pick(candidates, services.Directory) is { Extension: var agent })
        {
            candidates.Remove(agent);
            if (await RingAsync(services.DialPlan.Targets(agent), agent) is null) return null;
        }
        return Announcements.NoAgent;
    }

    private async Task<string?> RingAsync(IReadOnlyList<DialTarget> targets, string? agent)
    {
        if (targets.Count == 0) return Announcements.Unavailable;
        call.Show("transferring", agent);
        call.Caller.StartRingback();
        DialResult result = await new Dialer(services, call).DialAsync(targets, onRinging: null);
        call.Caller.StopPlayout();
        if (result.Leg is { } callee)
        {
            await Bridge.TalkAsync(call, callee);
            return null;
        }
        call.Show("ivr", agent: null);
        return Words(result.Failure);
    }

    private IEnumerable<string> Candidates(string list) => list.Trim() is "" or "*"
        ? services.Directory.Agents.Keys
        : list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private string? AgentAt(string number) => services.Directory.FindAgent(number)?.Extension;

    private static string Words(DialFailure failure) => failure switch
    {
        DialFailure.Busy => Announcements.Busy,
        DialFailure.NoAnswer => Announcements.NoAnswer,
        _ => Announcements.Unavailable,
    };
}
