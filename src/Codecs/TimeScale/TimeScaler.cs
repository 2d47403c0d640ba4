using System.Numerics;
using System.Runtime.InteropServices;

namespace Codecs.TimeScale;

/// <summary>Makes a piece of sound a little shorter or longer without a change of pitch: one period is left out or played twice.</summary>
/// <remarks>
/// Waveform-similarity overlap-add inside one frame, so that it neither delays nor remembers: where the frame comes back to the same
/// wave after a lag of 2.5 to 12.5 ms, it is joined there under a cross-fade of 5 ms. A frame that nowhere resembles itself is left as
/// it is, unless it is so soft that nobody hears the joint; the next one may do. Clocks that drift by 200 ppm ask for it every ten
/// seconds to a minute. One owner; not thread-safe; allocates only when made.
/// </remarks>
/// <param name="rateHz">8000 to 48000.</param>
public sealed class TimeScaler(int rateHz)
{
    private const float Alike = 0.8f;         // normalised correlation of what is joined
    private const float LeastAlike = 0.4f;    // after a second of frames that were not
    private const float Patience = 50;
    private const float SoftRms = 30;         // about -60 dBm0

    private readonly int _blend = rateHz / 200;
    private readonly int _shortest = rateHz / 400;
    private readonly int _longest = rateHz / 80;
    private readonly float[] _samples = new float[rateHz / 1000 * 120];
    private int _refused;

    /// <summary>Samples left out less samples played twice, so far.</summary>
    public long Removed { get; private set; }

    /// <summary>The most that comes out of a piece.</summary>
    public int MaxOutput(int samples) => samples + _longest;

    /// <summary>Passes a decoded piece on.</summary>
    /// <param name="pcm">Pieces below 10 ms are passed on as they are.</param>
    /// <param name="output">Room for <see cref="MaxOutput"/>; not the same memory.</param>
    /// <returns>Samples written.</returns>
    public int Process(ReadOnlySpan<short> pcm, TimeScaleStep step, Span<short> output)
    {
        int lag = step == TimeScaleStep.Keep || pcm.Length < 2 * _blend || pcm.Length > _samples.Length ? 0 : FindLag(pcm);
        if (lag == 0)
        {
            pcm.CopyTo(output);
            return pcm.Length;
        }

        if (step == TimeScaleStep.Shorten)
        {
            Blend(pcm, pcm[lag..], output);
            pcm[(lag + _blend)..].CopyTo(output[_blend..]);
            Removed += lag;
            return pcm.Length - lag;
        }

        pcm[..lag].CopyTo(output);
        Blend(pcm[lag..], pcm, output[lag..]);
        pcm[_blend..].CopyTo(output[(lag + _blend)..]);
        Removed -= lag;
        return pcm.Length + lag;
    }

    // Both are alike, so a straight cross-fade keeps the level.
    private void Blend(ReadOnlySpan<short> from, ReadOnlySpan<short> to, Span<short> output)
    {
        for (int i = 0; i < _blend; i++) output[i] = (short)(from[i] + (to[i] - from[i]) * (i + 1) / (_blend + 1));
    }

    private int FindLag(ReadOnlySpan<short> pcm)
    {
        Span<float> samples = _samples.AsSpan(0, pcm.Length);
        for (int i = 0; i < samples.Length; i++) samples[i] = pcm[i];
        int last = Math.Min(_longest, samples.Length - _blend);
        ReadOnlySpan<float> start = samples[.._blend];
        float power = Dot(start, start), shifted = Dot(samples.Slice(_shortest, _blend), samples.Slice(_shortest, _blend));
        float best = 0;
        int lag = 0;
        for (int i = _shortest; i <= last; i++)
        {
            float product = Dot(start, samples.Slice(i, _blend));
            float alike = product <= 0 ? 0 : product * product / (power * shifted + 1);    // squared: no root in the loop
            if (alike > best) (best, lag) = (alike, i);
            if (i < last) shifted += samples[i + _blend] * samples[i + _blend] - samples[i] * samples[i];
        }

        if (power < SoftRms * SoftRms * _blend && shifted < SoftRms * SoftRms * _blend && best < Alike * Alike) return last;
        float wanted = Math.Max(LeastAlike, Alike - (Alike - LeastAlike) * _refused / Patience);
        bool found = best >= wanted * wanted;
        _refused = found ? 0 : _refused + 1;
        return found ? lag : 0;
    }

    private static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        ReadOnlySpan<Vector<float>> left = MemoryMarshal.Cast<float, Vector<float>>(a), right = MemoryMarshal.Cast<float, Vector<float>>(b);
        Vector<float> sums = default;
        for (int i = 0; i < left.Length && i < right.Length; i++) sums = Vector.MultiplyAddEstimate(left[i], right[i], sums);
        float sum = Vector.Sum(sums);
        for (int i = left.Length * Vector<float>.Count; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }
}
