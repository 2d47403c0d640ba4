namespace Codecs.ComfortNoise;

/// <summary>Tells speech from background by its level over a floor that it follows: for sending comfort noise, no more.</summary>
/// <remarks>One owner; not thread-safe; allocates nothing.</remarks>
/// <param name="rateHz">Of the sound.</param>
public sealed class VoiceActivity(int rateHz)
{
    private const float OverFloor = 8;              // in power: 9 dB
    private const float LeastPower = 60 * 60;       // about -55 dBov: softer is never speech
    private const float FloorRisePerSecond = 2;     // 3 dB: a louder room is background after a few seconds

    private static readonly TimeSpan s_hangover = TimeSpan.FromMilliseconds(240);    // ends of words, and pauses inside

    private float _floor = LeastPower / OverFloor;
    private TimeSpan _sinceSpeech = TimeSpan.MaxValue;

    /// <summary>Takes a frame of 10 to 30 ms.</summary>
    /// <returns>Whether somebody speaks, or has until just now.</returns>
    public bool Process(ReadOnlySpan<short> pcm)
    {
        if (pcm.IsEmpty) return false;
        long sum = 0;
        foreach (short sample in pcm) sum += sample * sample;
        float power = (float)sum / pcm.Length, seconds = (float)pcm.Length / rateHz;
        _floor = Math.Max(LeastPower / OverFloor, Math.Min(power, _floor * MathF.Pow(FloorRisePerSecond, seconds)));
        if (power > LeastPower && power > _floor * OverFloor) _sinceSpeech = TimeSpan.Zero;
        else if (_sinceSpeech < s_hangover) _sinceSpeech += TimeSpan.FromSeconds(seconds);
        return _sinceSpeech < s_hangover;
    }
}
