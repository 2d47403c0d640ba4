using Microsoft.Extensions.Logging;
using Tandem.Storage;

namespace Tandem.Calls;

/// <summary>
/// One party of a running call on its way to somebody else, on an operator's word. Who it is to talk to is rung beside the talk, of which
/// neither party notices anything; only who answers there (or a menu) takes the other party's place. Where nobody answers the call is as it was.
/// Shard thread only.
/// </summary>
/// <param name="services">Of the appliance.</param>
/// <param name="call">The call.</param>
/// <param name="kept">Who goes on to somebody else.</param>
/// <param name="other">Who is let go; null: a menu is.</param>
/// <param name="number">As a user would dial it.</param>
/// <param name="by">The person who says so, for the log.</param>
internal sealed partial class Handover(CallServices services, Call call, CallLeg kept, CallLeg? other, string number, string by)
{
    private readonly TaskCompletionSource _decided = new(TaskCreationOptions.RunContinuationsAsynchronously), _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TransferResult _failure = TransferResult.NotNow("");
    private string? _held;

    public CallLeg Kept => kept;

    public string Number => number;

    /// <summary>Who answered; null: a menu takes the party, or nobody did.</summary>
    public CallLeg? Answered { get; private set; }

    /// <summary>The agent whose phone answered; null: none's.</summary>
    public string? Agent { get; private set; }

    /// <summary>The menu that takes the party; null: none.</summary>
    public string? Menu { get; private set; }

    /// <summary>Why nobody was reached, as a sentence; empty before that is known.</summary>
    public string Why => _failure.Why;

    /// <summary>Completes when it is known whether somebody was reached.</summary>
    public Task Decided => _decided.Task;

    private bool IsFound => Answered is not null || Menu is not null;

    /// <summary>Hands a party of a running call to somebody else.</summary>
    /// <param name="services">Of the appliance.</param>
    /// <param name="callId">The call.</param>
    /// <param name="number">As a user would dial it.</param>
    /// <param name="party">Who goes on to it.</param>
    /// <param name="by">The person who says so.</param>
    /// <returns>When the parties have changed, or it is known why not.</returns>
    public static Task<TransferResult> RunAsync(CallServices services, Guid callId, string number, Party party, string by)
    {
        if (services.Live.Find(callId) is not { Caller.Session.End: null } call) return Task.FromResult(TransferResult.NoCall);
        if (call.Pending is not null || call.IsHanded) return Task.FromResult(TransferResult.NotNow("The call is being transferred already."));
        CallLeg? callee = call.State == Call.Talking ? call.Callee : null;
        if (callee is null && (call.State != Call.InMenu || call.Caller.AnsweredAt is null))
            return Task.FromResult(TransferResult.NotNow($"A call can be transferred while two parties talk or its caller is in a menu; this one is {call.State}."));
        if (callee is null && party == Party.Callee) return Task.FromResult(TransferResult.NotNow("There is no callee: the caller is in a menu."));
        (CallLeg kept, CallLeg? other) = party == Party.Caller ? (call.Caller, callee) : (callee!, call.Caller);
        return new Handover(services, call, kept, other, number, by).RunAsync();
    }

    /// <summary>Whether a user is a party of the call, and so nobody to ring for it.</summary>
    public bool IsParty(string user) => user == kept.User || user == other?.User;

    /// <summary>This agent is rung, and is nobody else's until it is known what comes of it.</summary>
    /// <param name="agent">Null: no agent is.</param>
    public void Hold(string? agent)
    {
        if (_held is { } before) services.Agents.Remove(before);
        if (agent is not null) services.Agents.Add(agent);
        _held = agent;
    }

    /// <summary>Rings, and returns when the parties have changed or all is as it was.</summary>
    private async Task<TransferResult> RunAsync()
    {
        if (Refusal() is { } refused) return refused;
        try
        {
            return await RingAsync();
        }
        finally
        {
            Hold(null);
        }
    }

    private async Task<TransferResult> RingAsync()
    {
        call.Pending = this;
        var aside = new Call(services, call.Id, kept.Number, number, call.StartedAt, call) { Caller = kept };
        try
        {
            DialResult? result = await new Reach(services, aside, this).NumberAsync(number, Word());
            if (!IsFound) _failure = TransferResult.NotThere(Sentence(result));
        }
        catch (OperationCanceledException)
        {
            _failure = TransferResult.NotNow("The party that was to be transferred has hung up.");
        }
        finally
        {
            call.Pending = null;
            _decided.TrySetResult();
        }
        if (!IsFound)
        {
            LogFailed(services.Logger, kept.Session.CallId, number, by, _failure.Why);
            services.Events.Publish("call.transfer_failed", ("call_id", call.Id), ("to", number), ("by", by), ("reason", _failure.Why));
            return _failure;
        }
        await _settled.Task;
        LogDone(services.Logger, kept.Session.CallId, number, by);
        services.Events.Publish("call.transferred", ("call_id", call.Id), ("party", kept.Number), ("to", number), ("by", by));
        return TransferResult.Done;
    }

    /// <summary>Somebody answered.</summary>
    public void Found(CallLeg answered, string? agent)
    {
        if (!CanHand())
        {
            answered.HangUp();
            return;
        }
        (Answered, Agent) = (answered, agent);
        call.Hand(this);
    }

    /// <inheritdoc cref="Found(CallLeg, string?)"/>
    public void Found(string menu)
    {
        if (!CanHand()) return;
        Menu = menu;
        call.Hand(this);
    }

    /// <summary>The parties have changed.</summary>
    public void Settle()
    {
        call.Remember($"{kept.Number} transferred to {number} by {by}");
        _settled.TrySetResult();
    }

    /// <summary>The call ended before they could.</summary>
    public void Abandon()
    {
        Answered?.HangUp();
        _settled.TrySetResult();
    }

    private TransferResult? Refusal() => services.DialPlan.Find(number) switch
    {
        { Kind: ExtensionKind.User, Target: var user } when IsParty(user) => TransferResult.NotThere($"{number} is in this call already."),
        _ => null,
    };

    /// <summary>A menu may have begun to ring somebody meanwhile: that comes first.</summary>
    private bool CanHand()
    {
        bool can = call.State is Call.Talking or Call.InMenu && !call.IsHanded;
        if (!can) _failure = TransferResult.NotNow("The call rings somebody else by now.");
        return can;
    }

    /// <summary>Outside it goes as if who is let go had sent it there, else who is kept: with that user's routes and limits; else with those of the number that was called.</summary>
    private Authority Word() => (other?.User ?? kept.User) is { } user ? new Authority(user, null) : new Authority(null, call.To);

    private string Sentence(DialResult? result) => _failure.Why.Length > 0 ? _failure.Why : result switch
    {
        { Status: 603 } => $"{number} declined.",
        { Failure: DialFailure.Busy } => $"{number} is busy.",
        { Status: 480, Why: null } failed when failed == DialResult.Nobody => $"No phone of {number} is registered.",
        { Why: { } why } => $"{number} cannot be reached: {why}.",
        { Failure: DialFailure.NoAnswer } => $"{number} does not answer.",
        { Status: var status } => $"{number} cannot be reached ({status}).",
        null => $"{number} cannot be reached.",
    };

    [LoggerMessage(LogLevel.Information, "Call-ID {SipCallId}: transferred to {Number} by {By}")]
    private static partial void LogDone(ILogger log, string sipCallId, string number, string by);

    [LoggerMessage(LogLevel.Information, "Call-ID {SipCallId}: not transferred to {Number} by {By}: {Why}")]
    private static partial void LogFailed(ILogger log, string sipCallId, string number, string by, string why);
}
