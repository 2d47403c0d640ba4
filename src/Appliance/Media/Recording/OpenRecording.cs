namespace Tandem.Media.Recording;

/// <summary>A recording with its open file. The writer's thread alone.</summary>
internal sealed class OpenRecording : IDisposable
{
    private static readonly TimeSpan s_flushInterval = TimeSpan.FromSeconds(1);

    private readonly RecordingFile _file;
    private readonly RecordedAudio _audio;
    private readonly RecordedAudio.Sink _sink;
    private TimeSpan _flushAt;

    public OpenRecording(CallRecording recording, RecordingFile file, bool stereo)
    {
        (Recording, _file) = (recording, file);
        _audio = new RecordedAudio(stereo, recording.StartedAt);
        _sink = file.Append;
        _flushAt = recording.StartedAt + s_flushInterval;
    }

    public CallRecording Recording { get; }

    public TimeSpan Duration => _file.Duration;

    /// <summary>Takes what the tap has.</summary>
    /// <param name="payload">Scratch, for one packet.</param>
    /// <param name="now">Monotonic, read before the call.</param>
    /// <returns>False: the leg is over and everything is in the file.</returns>
    /// <exception cref="IOException">The disk refuses.</exception>
    public bool Drain(Span<byte> payload, TimeSpan now)
    {
        TimeSpan end = Recording.Tap.DetachedAt;    // read before the ring: nothing comes after it
        while (Recording.Tap.TryRead(payload, out TappedFrame frame, out int length)) _audio.Put(frame, payload[..length], _sink);
        if (end != TimeSpan.MaxValue)
        {
            _audio.Finish(end, _sink);
            _file.Flush();
            return false;
        }
        _audio.Advance(now, _sink);
        if (now < _flushAt) return true;
        _flushAt = now + s_flushInterval;
        _file.Flush();
        return true;
    }

    public void Dispose()
    {
        _audio.Dispose();
        _file.Dispose();
    }
}
