namespace Tandem.Tts;

/// <summary>Model samples to 16 bit, and the silence at a sentence's ends.</summary>
internal static class SampleScaling
{
    private const float Quietest = 0.01f;    // below this a sentence is silence, not to be blown up to full level

    /// <summary>Scales so that the largest sample is full range; a sample that is no number becomes silence.</summary>
    public static short[] ToPcm16(ReadOnlySpan<float> samples)
    {
        float peak = Quietest;
        foreach (float sample in samples)
        {
            if (float.IsFinite(sample)) peak = Math.Max(peak, Math.Abs(sample));
        }
        float gain = short.MaxValue / peak;
        short[] pcm = new short[samples.Length];
        for (int i = 0; i < pcm.Length; i++)
            pcm[i] = float.IsFinite(samples[i]) ? (short)Math.Clamp(MathF.Round(samples[i] * gain), -short.MaxValue, short.MaxValue) : (short)0;
        return pcm;
    }
}
