using Tandem.Media;

namespace Tandem.Http;

/// <summary>A running appliance at a glance.</summary>
/// <param name="CallLogDropped">Events that the call log lost because the disk did not take them; 0 in a healthy appliance.</param>
/// <param name="UnhandledExceptions">Faults of ours since the start; each ended one call or message and nothing else.</param>
/// <param name="Recordings">Calls being recorded.</param>
/// <param name="RecordingProblems">Recordings since the start that something is missing of; the log says what. 0 in a healthy appliance.</param>
/// <param name="Media">How many media threads there are and how they talk to the kernel.</param>
/// <param name="MediaLoops">Counters of each media thread.</param>
/// <param name="Collections">Garbage collections of each generation since the start.</param>
/// <param name="GcPauseMs">How long everything stood still for them in all, in milliseconds.</param>
/// <param name="Listening">Where it can be reached: what, and address.</param>
public sealed record ApplianceStatus(string Version, string Node, string Database, DateTimeOffset StartedAt, int ProcessId,
    int ActiveCalls, int Registrations, long CallLogDropped, long UnhandledExceptions, long ManagedBytes, string? Voice, string? Problem, string Media,
    IReadOnlyList<ListenStatus> Listening, int Recordings, long RecordingProblems, IReadOnlyList<MediaLoopStatus> MediaLoops, IReadOnlyList<int> Collections, double GcPauseMs);
