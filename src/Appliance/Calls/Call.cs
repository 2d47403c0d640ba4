using Tandem.Media.Recording;
using Tandem.Storage;

namespace Tandem.Calls;

/// <summary>One call: its id, its parties, how it stands and how it ended. Lives on the signalling shard.</summary>
internal sealed class Call(CallServices services, Guid id, string from, string to, DateTimeOffset startedAt)
{
    private int _legs;
    private int _recordings;
    private CallRecording? _recording;

    public Guid Id => id;
    /// <summary>The leg that called us.</summary>
    public CallLeg Caller { get; set; } = null!;

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
    public int NextLegNumber() => ++_legs;

    /// <summary>Puts a new state, and the agent it belongs to, where people look.</summary>
    public void Show(string state, string? agent)
    {
        (State, AgentExtension) = (state, agent);
        services.CallLog.CallActive(id, state, agent);
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

    public void End(CallStatus status, string reason) => (Status, Reason) = (status, reason);
}
