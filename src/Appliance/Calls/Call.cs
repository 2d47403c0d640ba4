using Sip.Core.Messages;
using Tandem.Calls.Outside;
using Tandem.Configuration;
using Tandem.Media.Recording;
using Tandem.Routing;
using Tandem.Signalling;
using Tandem.Storage;

namespace Tandem.Calls;

/// <summary>One call: its id, its parties, how it stands and how it ended. Lives on the signalling shard.</summary>
/// <param name="main">The running call beside which somebody is rung for <see cref="Caller"/>, who hears nothing of it; null: this is one of its own.</param>
internal sealed class Call(CallServices services, Guid id, string from, string to, DateTimeOffset startedAt, Call? main = null)
{
    private readonly List<Diversion> _diversions = [];
    private readonly HashSet<string> _forwardedTo = new(StringComparer.Ordinal);
    private int _legs;
    private int _recordings;
    private CallRecording? _recording;
    private CallerIdentity? _identity;
    private CallerEar? _ear;
    private DateTimeOffset _longestUntil = DateTimeOffset.MaxValue;
    private bool _cut;
    private TaskCompletionSource<Handover>? _handed;
    private string _history = "";

    /// <summary>The state of two parties who talk.</summary>
    public const string Talking = "talking";

    /// <summary>The state of a caller in a menu.</summary>
    public const string InMenu = "ivr";

    private const int LongestHistory = 400;

    public Guid Id => id;
    /// <summary>The leg that called us.</summary>
    public CallLeg Caller { get; set; } = null!;

    /// <summary>The carrier that the call came from; null: from one of ours.</summary>
    public Carrier? Carrier => Caller.Way?.Carrier;

    /// <summary>The party that answered; null: nobody did yet, or a menu.</summary>
    public CallLeg? Callee { get; set; }

    /// <summary>What the caller hears before somebody talks to it.</summary>
    public CallerEar Ear => _ear ??= new CallerEar(Caller, isDeaf: main is not null);

    /// <summary>The number that a phone of ours is shown; "anonymous" where the caller asks for that.</summary>
    public string ShownNumber => IsHidden ? "anonymous" : from;

    /// <summary>The name that a phone of ours is shown.</summary>
    public string ShownName => IsHidden ? "Anonymous" : Carrier is null ? Caller.Session.FromDisplay : Identity.Display;

    private bool IsHidden => (Carrier is not null || Caller.Session.AsksForPrivacy) && Identity.IsPrivate;

    /// <summary>Who calls, for whom it is told outside.</summary>
    public CallerIdentity Identity => _identity ??= !Caller.Session.IsUac && Caller.Session.ParseFirst() is { } invite
        ? CallerIdentity.Of(invite, trusted: Carrier is not null) : new CallerIdentity(From, "", IsPrivate: false);

    /// <summary>The forwardings that the call went through here, the last first.</summary>
    public IReadOnlyList<Diversion> Diversions => _diversions;

    public string From => from;
    public string To => to;
    public DateTimeOffset StartedAt => startedAt;

    /// <summary>What the live list shows: ringing, ivr, transferring, talking.</summary>
    public string State { get; private set; } = "ringing";

    /// <summary>The agent whose phone rings or talks in this call, or null.</summary>
    public string? AgentExtension { get; private set; }

    /// <summary>How the call is logged when it ends now.</summary>
    public CallStatus Status { get; private set; } = CallStatus.Failed;

    /// <summary>Why it ended, for the log: <c>caller: hung up</c>, <c>callee: media timeout</c>, <c>404 no such number</c>.</summary>
    public string Reason { get; private set; } = "";

    /// <summary>1 for the caller's leg, then in order of dialling.</summary>
    public int NextLegNumber() => main?.NextLegNumber() ?? ++_legs;

    /// <summary>Puts a new state, and the agent it belongs to, where people look.</summary>
    public void Show(string state, string? agent)
    {
        (State, AgentExtension) = (state, agent);
        if (main is not null) return;
        services.CallLog.CallActive(id, state, agent);
        services.Events.Publish("call.state", ("call_id", id), ("from", from), ("to", to), ("state", state), ("agent_extension", agent));
    }

    /// <summary>Controls the recording of all that the caller says and hears. A second start makes a further file.</summary>
    /// <returns>Null: no recording goes on that could be stopped, paused or resumed.</returns>
    public CallRecording? Record(RecordingAction action)
    {
        CallRecording? present = _recording is { IsOver: false } ? _recording : null;
        switch (action)
        {
            case RecordingAction.Start: return _recording = present ?? services.Recorder.Start(id, ++_recordings, startedAt, Caller.Media.Leg);
            case RecordingAction.Stop: present?.Stop(); break;
            case RecordingAction.Pause: present?.Pause(); break;
            case RecordingAction.Resume: present?.Resume(); break;
        }
        return present;
    }

    /// <summary>Answers the caller, unless that was done before, and begins what begins with an answer.</summary>
    /// <returns>False: it has nothing in common with us, and the call is over.</returns>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task<bool> AnswerAsync(bool awaitAck = true)
    {
        if (Caller.AnsweredAt is not null) return true;
        if (!await Caller.AnswerAsync(awaitAck))
        {
            End(CallStatus.Rejected, $"488 {Caller.Problem}");
            return false;
        }
        if (services.Recording.Calls == RecordingOptions.All) Record(RecordingAction.Start);
        LimitLength(Carrier);
        return true;
    }

    /// <summary>Ends the call when it has lasted as long as this carrier allows, or the host for calls with the outside. The shortest limit holds.</summary>
    public void LimitLength(Carrier? carrier)
    {
        if (carrier is null) return;
        if (carrier.MaxCallSeconds > 0) LimitLength(TimeSpan.FromSeconds(carrier.MaxCallSeconds));
        if (services.Options.MaxOutside > TimeSpan.Zero) LimitLength(services.Options.MaxOutside);
    }

    /// <inheritdoc cref="LimitLength(Carrier?)"/>
    /// <param name="limit">From now on; MaxValue: none.</param>
    public void LimitLength(TimeSpan limit)
    {
        if (main is not null)
        {
            main.LimitLength(limit);
            return;
        }
        if (limit == TimeSpan.MaxValue || DateTimeOffset.UtcNow + limit is var until && until >= _longestUntil) return;
        _longestUntil = until;
        services.Shard.Run(async () =>
        {
            while (until - DateTimeOffset.UtcNow is var left && left > TimeSpan.Zero)
            {
                try
                {
                    await services.Shard.Delay(left, Caller.Ended);
                }
                catch (OperationCanceledException) when (Caller.Session.End is null)
                {
                    // Another party is the caller by now.
                }
                catch (OperationCanceledException)
                {
                    return;
                }
            }
            Cut(CallStatus.Completed, $"longest call of {limit.TotalSeconds:0} s");
        });
    }

    /// <summary>Ends the call from here, whatever it does. Harmless when it is over.</summary>
    /// <param name="reason">For the log; it stays, whatever the parties' ends are called.</param>
    public void Cut(CallStatus status, string reason)
    {
        if (_cut || Caller.Session.End is not null) return;
        End(status, reason);
        _cut = true;
        Caller.HangUp(Q850.Reason(Q850.NormalClearing));
    }

    /// <summary>Whom a party is being handed to at the moment; null: to nobody.</summary>
    public Handover? Pending { get; set; }

    /// <summary>Completes when a party is to go on to somebody else.</summary>
    public Task Handed => (_handed ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>A party is to go on to somebody else, and nobody has seen to it yet.</summary>
    public bool IsHanded => _handed is { Task.IsCompleted: true };

    /// <summary>Told of it at once; must be quick.</summary>
    public Action? OnHanded { get; set; }

    /// <summary>Lets a party go on to who was found for it.</summary>
    public void Hand(Handover handover)
    {
        (_handed ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult(handover);
        OnHanded?.Invoke();
    }

    /// <summary>To whom a party is to go on, told once; null: to nobody.</summary>
    public Handover? TakeHandover()
    {
        if (!IsHanded) return null;
        Handover handed = _handed!.Task.Result;
        _handed = null;
        return handed;
    }

    /// <summary>This party stays, as the caller from now on; a recording goes on as another file, paused if it was, where it was the other's.</summary>
    public void GoOnWith(CallLeg kept)
    {
        if (kept == Caller) return;
        CallRecording? recorded = _recording is { IsOver: false } ? _recording : null;
        recorded?.Stop();
        Caller = kept;
        if (recorded is not null) _recording = services.Recorder.Start(id, ++_recordings, startedAt, kept.Media.Leg, recorded.IsPaused);
    }

    /// <summary>Writes down what happened before the end, for the log.</summary>
    public void Remember(string what)
    {
        if (_history.Length < LongestHistory) _history += what + "; ";
    }

    /// <summary>Notes a forwarding.</summary>
    /// <param name="to">The number that it goes to.</param>
    /// <returns>False: there were too many, or it has been there before. It goes nowhere then.</returns>
    public bool TryForward(Diversion diversion, string to)
    {
        if (_diversions.Count + Identity.EarlierDiversions >= services.Options.MaxForwards || !_forwardedTo.Add(to)) return false;
        // A loop by way of carriers that drop what tells it: the same caller comes back for the same number as another call.
        if (services.Live.Snapshot().Count(other => other.From == from && other.To == to && other._forwardedTo.Contains(to)) > services.Options.MaxForwards) return false;
        _diversions.Insert(0, diversion);
        return true;
    }

    /// <summary>What of the caller's INVITE goes on to another party.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> PassedHeaders(Side to) =>
        Caller.Session is { HasPassable: true } session && session.ParseFirst() is SipMessage invite
            ? HeaderRules.Pass(invite, Carrier is null ? Side.Inside : Side.Outside, to) : [];

    public void End(CallStatus status, string reason)
    {
        if (!_cut) (Status, Reason) = (status, _history + reason);
    }
}
