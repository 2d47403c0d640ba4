using Tandem.Calls.Outside;
using Tandem.Ivr;
using Tandem.Routing;
using Tandem.Storage;

namespace Tandem.Calls;

/// <summary>
/// Brings a caller, answered or not, to whom a number means: a user's devices, a menu, agents, a ring group, somebody outside; forwards where
/// the owner of a number says so. Whoever answers is talked to until one side ends the call.
/// </summary>
/// <param name="services">Of the appliance.</param>
/// <param name="call">Whose caller it is.</param>
/// <param name="handover">Who is reached is handed to it, instead of being talked to; null: they talk.</param>
internal sealed partial class Reach(CallServices services, Call call, Handover? handover = null)
{
    /// <param name="number">As a user would dial it.</param>
    /// <param name="authority">On whose word the call may leave the house.</param>
    /// <returns>Null: the call is over; else why nobody was reached.</returns>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public Task<DialResult?> NumberAsync(string number, Authority authority) =>
        services.DialPlan.Find(number) is { } extension ? ExtensionAsync(extension) : OutsideAsync(number, authority);

    /// <inheritdoc cref="NumberAsync"/>
    public Task<DialResult?> ExtensionAsync(Extension extension) => extension.Kind switch
    {
        ExtensionKind.Menu => MenuAsync(extension.Target),
        ExtensionKind.Agents => AgentsAsync(extension.Target),
        ExtensionKind.Group => GroupAsync(extension),
        _ => UserAsync(extension),
    };

    /// <summary>Rings free agents of a comma-separated list (all when empty or <c>*</c>), one after the other, the least busy first.</summary>
    /// <inheritdoc cref="NumberAsync" path="/returns"/>
    public async Task<DialResult?> AgentsAsync(string list)
    {
        if (!await call.AnswerAsync()) return null;
        HashSet<string> candidates = [.. Candidates(list).Where(agent => !IsHere(UserOf(agent)))];
        while (services.Agents.Pick(candidates, services.Directory) is { Extension: var agent })
        {
            candidates.Remove(agent);
            if (await RingAsync(Devices(agent), services.Options.RingTime, agent) is null) return null;
        }
        return DialResult.NotAnswered(480) with { Words = Announcements.NoAgent, Why = "no agent answered" };
    }

    /// <summary>Rings a SIP URI that an operator wrote into a menu.</summary>
    /// <inheritdoc cref="NumberAsync" path="/returns"/>
    public Task<DialResult?> UriAsync(string uri) => RingAsync([new Fork(services, call, [new DialTarget(uri, null, [])])], services.Options.RingTime, agent: null);

    private IEnumerable<string> Candidates(string list) => list.Trim() is "" or Extension.AllAgents
        ? services.Directory.Agents.Keys
        : list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private async Task<DialResult?> MenuAsync(string menu)
    {
        if (handover is not null) handover.Found(menu);
        else if (await call.AnswerAsync()) await new MenuFlow(services, call).RunAsync(menu);
        return null;
    }

    private async Task<DialResult?> UserAsync(Extension extension)
    {
        string user = extension.Target;
        string? agent = services.Directory.FindAgent(extension.Number)?.Extension;
        if (services.Directory.Routing.ForwardingOf(user) is not { IsEmpty: false } forwarding)
        {
            DialResult? plain = await RingAsync(Devices(user), services.Options.RingTime, agent);
            return plain is { SentTo: { } to } ? await ForwardAsync(user, to, DiversionReason.Deflection) : plain;
        }
        if (forwarding.Always is { } always) return await ForwardAsync(user, always, DiversionReason.Unconditional);
        if (forwarding.Busy is { } whileTalking && services.Live.IsTalking(user)) return await ForwardAsync(user, whileTalking, DiversionReason.UserBusy);
        TimeSpan time = forwarding.NoAnswer is null ? services.Options.RingTime : TimeSpan.FromSeconds(forwarding.NoAnswerSeconds);
        return await RingAsync(Devices(user), time, agent) switch
        {
            null => null,
            { SentTo: { } to } => await ForwardAsync(user, to, DiversionReason.Deflection),
            { Status: 486 or 600 } when forwarding.Busy is { } busy => await ForwardAsync(user, busy, DiversionReason.UserBusy),
            { Failure: not DialFailure.Busy } when forwarding.NoAnswer is { } absent => await ForwardAsync(user, absent, DiversionReason.NoAnswer),
            var refused => refused,
        };
    }

    private Task<DialResult?> ForwardAsync(string user, string to, DiversionReason reason) =>
        ForwardAsync(new Diversion(services.Directory.FindUser(user)?.CallerId ?? user, reason), to, new Authority(user, null));

    /// <summary>Sends the call on to another number, on the word of whose number it was called with.</summary>
    /// <inheritdoc cref="NumberAsync" path="/returns"/>
    public async Task<DialResult?> ForwardAsync(Diversion diversion, string to, Authority authority)
    {
        if (call.TryForward(diversion, to)) return await NumberAsync(to, authority);
        LogLoop(services.Logger, call.Caller.Session.CallId, diversion.Number, to);
        return DialResult.NotAnswered(482) with { CallerStatus = 482, Words = Announcements.Unavailable, Why = $"forwarding of {diversion.Number} loops" };
    }

    private async Task<DialResult?> GroupAsync(Extension extension)
    {
        if (services.Directory.Routing.FindGroup(extension.Target) is not { } group) return DialResult.Nobody;
        var authority = new Authority(null, extension.Number);
        TimeSpan time = TimeSpan.FromSeconds(group.RingSeconds);
        DialResult? result = DialResult.Nobody;
        if (group.Method == RingMethod.Simultaneous)
            result = await RingAsync([.. group.Members.SelectMany(member => Member(member, authority))], time, agent: null, oneForAll: false);
        else
        {
            foreach (string member in group.Members)
            {
                result = await RingAsync(Member(member, authority), time, agent: null, oneForAll: false);
                if (result is null) return null;
            }
        }
        return result is not null && group.Otherwise is { } otherwise
            ? await ForwardAsync(new Diversion(extension.Number, DiversionReason.NoAnswer), otherwise, authority) : result;
    }

    /// <summary>A user who is in the call already.</summary>
    private bool IsHere(string? user) => user is not null && (handover?.IsParty(user) ?? user == call.Caller.User);

    private string? UserOf(string number) => services.DialPlan.Find(number) is { Kind: ExtensionKind.User, Target: var user } ? user : null;

    /// <summary>What rings for one member of a group: its devices, or a number outside; nothing for a menu or another group, nor for who is in the call.</summary>
    private IReadOnlyList<IBranch> Member(string member, Authority authority) => services.DialPlan.Find(member) switch
    {
        { Kind: ExtensionKind.User, Target: var user } => IsHere(user) ? [] : Devices(user),
        null when services.Outside.Open(services, call, member, authority, out _) is { } outside => [outside],
        _ => [],
    };

    private async Task<DialResult?> OutsideAsync(string number, Authority authority)
    {
        if (services.Outside.Open(services, call, number, authority, out DialResult refused) is not { } branch) return refused;
        return await RingAsync([branch], services.Options.OutsideRingTime, agent: null);
    }

    private IReadOnlyList<IBranch> Devices(string number)
    {
        IReadOnlyList<DialTarget> targets = services.DialPlan.Targets(number);
        if (targets.Count == 0) return [];
        return [.. DialTarget.ByDevice(targets).Select(ways => new Fork(services, call, ways))];
    }

    /// <summary>Rings, and talks with who answers.</summary>
    private async Task<DialResult?> RingAsync(IReadOnlyList<IBranch> branches, TimeSpan ringTime, string? agent, bool oneForAll = true)
    {
        CallLeg caller = call.Caller;
        bool answered = caller.AnsweredAt is not null;
        if (!answered && !caller.CheckOffer())
        {
            call.End(CallStatus.Rejected, $"488 {caller.Problem}");
            return null;
        }
        if (branches.Count == 0) return DialResult.Nobody;
        call.Show(answered ? "transferring" : "ringing", agent);
        handover?.Hold(agent);
        if (answered) call.Ear.Ringing();
        DialResult result = await new Dialer(services, call).DialAsync(branches, ringTime, oneForAll);
        if (result.Leg is { } found && handover is not null) handover.Found(found, agent);
        else if (result.Leg is { } callee) await TalkAsync(callee);
        else if (answered)
        {
            call.Ear.Quiet();
            call.Show(Call.InMenu, agent: null);
        }
        return result.Leg is null ? result : null;
    }

    private async Task TalkAsync(CallLeg callee)
    {
        try
        {
            call.Callee = callee;
            call.Ear.Settle(callee);
            call.Caller.Media.Favour(callee.Media);
            // Who was called talks already: it is heard, and may hang up, before the caller's ACK is here.
            if (await call.AnswerAsync(awaitAck: false)) await new Bridge(services, call).TalkAsync(callee);
        }
        finally
        {
            callee.HangUp(call.Caller.ReasonHeader);
        }
    }

    [Microsoft.Extensions.Logging.LoggerMessage(Microsoft.Extensions.Logging.LogLevel.Warning,
        "Call-ID {SipCallId}: the forwarding of {Number} to {To} is not followed: it was there before, or calls.max_forwards is used up")]
    private static partial void LogLoop(Microsoft.Extensions.Logging.ILogger log, string sipCallId, string number, string to);
}
