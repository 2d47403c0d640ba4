namespace Tandem.Media.Recording;

/// <summary>One recording of one call, as call code holds it. Any thread; no method waits.</summary>
internal sealed class CallRecording
{
    // Three seconds of a wide-band call, six and a half of G.711: what the disk may keep the writer waiting for.
    private const int RingBytes = 128 * 1024;

    private readonly MediaLeg _leg;
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? _problem;
    private bool _isOver;

    /// <param name="callId">The call's.</param>
    /// <param name="path">Relative to the recordings folder.</param>
    /// <param name="leg">What it hears and says is recorded.</param>
    /// <param name="paused">It begins with a pause.</param>
    public CallRecording(Guid callId, string path, MediaLeg leg, bool paused)
    {
        (CallId, Path, _leg) = (callId, path, leg);
        Tap.IsPaused = paused;
        StartedAt = MediaClock.Now;
        leg.AddTap(Tap);
    }

    public Guid CallId { get; }

    /// <summary>Relative to the recordings folder, with slashes: <c>2026/11/22/&lt;call id&gt;.wav</c>.</summary>
    public string Path { get; }

    /// <summary>Completes when the file is there, or the recording is over without one: <see cref="Problem"/> says why.</summary>
    public Task Opened => _opened.Task;

    public bool IsPaused => Tap.IsPaused;

    /// <summary>No more is recorded: it was stopped, its leg is over, or there was a <see cref="Problem"/>.</summary>
    public bool IsOver => Volatile.Read(ref _isOver);

    /// <summary>What is wrong with it, for people; null: it is whole.</summary>
    public string? Problem => Volatile.Read(ref _problem);

    public string State => IsOver ? "over" : IsPaused ? "paused" : "recording";

    /// <summary>The writer reads and disposes it.</summary>
    internal LegTap Tap { get; } = new(RingBytes);

    /// <summary>Monotonic; the first sample.</summary>
    internal TimeSpan StartedAt { get; }

    /// <summary>From now until <see cref="Resume"/> both directions are silence in the file: the time passes, nothing of the sound is kept.</summary>
    public void Pause() => Tap.IsPaused = true;

    public void Resume() => Tap.IsPaused = false;

    public void Stop()
    {
        Volatile.Write(ref _isOver, true);
        _leg.RemoveTap(Tap);
    }

    /// <summary>The writer: the file is there.</summary>
    internal void Open() => _opened.TrySetResult();

    /// <summary>The writer: the file is closed, or there never was one.</summary>
    internal void End()
    {
        Stop();
        _opened.TrySetResult();
    }

    /// <summary>The writer: something is missing.</summary>
    /// <returns>True: the first thing that is.</returns>
    internal bool Mark(string problem) => Interlocked.CompareExchange(ref _problem, problem, null) is null;
}
