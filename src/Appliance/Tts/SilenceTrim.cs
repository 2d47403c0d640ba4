namespace Tandem.Tts;

/// <summary>Gives every sentence the same silence around it, whatever its voice leaves: speech starts at once and a pause ends it.</summary>
internal static class SilenceTrim
{
    /// <summary>Kept before the speech, for soft beginnings.</summary>
    private const int LeadMs = 20;

    /// <summary>Kept after the speech, for it to fade.</summary>
    private const int TailMs = 50;

    /// <summary>The pause that ends a sentence, <see cref="TailMs"/> included.</summary>
    private const int PauseMs = 200;

    private const int WindowMs = 10;
    private const int Speech = 100;    // of a window's root mean square; 50 dB below full range

    /// <summary>The speech with <see cref="LeadMs"/> before and <see cref="PauseMs"/> after it; empty when there is none.</summary>
    public static short[] Apply(short[] pcm, int rateHz)
    {
        int window = rateHz * WindowMs / 1000;
        int first = -1, last = -1;
        for (int at = 0; at < pcm.Length; at += window)
        {
            if (!Speaks(pcm.AsSpan(at, Math.Min(window, pcm.Length - at)))) continue;
            if (first < 0) first = at;
            last = Math.Min(at + window, pcm.Length);
        }
        if (first < 0) return [];
        int start = Math.Max(0, first - rateHz * LeadMs / 1000), end = Math.Min(pcm.Length, last + rateHz * TailMs / 1000);
        short[] result = new short[Math.Max(end - start, last - start + rateHz * PauseMs / 1000)];
        pcm.AsSpan(start, end - start).CopyTo(result);
        Fade(result.AsSpan(last - start, end - last));
        return result;
    }

    private static bool Speaks(ReadOnlySpan<short> window)
    {
        long energy = 0;
        foreach (short sample in window) energy += sample * sample;
        return energy > (long)Speech * Speech * window.Length;
    }

    private static void Fade(Span<short> tail)
    {
        for (int i = 0; i < tail.Length; i++) tail[i] = (short)(tail[i] * (tail.Length - i) / tail.Length);
    }
}
