using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Codecs.Resampling;

/// <summary>Changes the rate of 16-bit mono audio, whole or piece by piece; both give the same samples.</summary>
/// <remarks>
/// What goes in at time t comes out at time t: output sample n stands at n / rate. A stream lags by the filter's half, which it has to
/// see first. One owner; not thread-safe; allocates only when made.
/// </remarks>
public sealed class Resampler
{
    private const int BlockLength = 1024;

    private readonly ResamplerFilter _filter;
    private readonly float[] _buffer;    // input not done with, what came before the first sample being silence
    private int _filled;
    private int _start;                  // of the next output sample's taps; past _filled when decimating steps beyond it
    private int _phase;
    private long _received;
    private long _written;

    public Resampler(ResamplerFilter filter)
    {
        _filter = filter;
        _buffer = new float[filter.Stride + BlockLength];
        Reset();
    }

    public Resampler(int fromHz, int toHz)
        : this(ResamplerFilter.For(fromHz, toHz))
    {
    }

    /// <summary>Converts a whole recording.</summary>
    public static short[] Convert(ReadOnlySpan<short> pcm, int fromHz, int toHz)
    {
        if (fromHz == toHz) return pcm.ToArray();
        var resampler = new Resampler(fromHz, toHz);
        short[] output = new short[resampler._filter.OutputLength(pcm.Length)];
        int written = resampler.Process(pcm, output);
        resampler.Flush(output.AsSpan(written));
        return output;
    }

    /// <summary>The most that <see cref="Process"/> writes for an input of <paramref name="inputLength"/>.</summary>
    public int MaxOutput(int inputLength) => _filter.OutputLength(inputLength) + 1;

    /// <summary>The most that <see cref="Flush"/> writes.</summary>
    public int MaxFlush => _filter.OutputLength(_filter.Half) + 1;

    /// <summary>Takes the next piece of a stream.</summary>
    /// <param name="input">Any length.</param>
    /// <param name="output">At least <see cref="MaxOutput"/> long.</param>
    /// <returns>Samples written; fewer at the start of a stream, by the filter's lag.</returns>
    public int Process(ReadOnlySpan<short> input, Span<short> output)
    {
        _received += input.Length;
        int written = 0;
        while (!input.IsEmpty)
        {
            int taken = Math.Min(input.Length, BlockLength + _filter.TapCount - _filled);
            Span<float> room = _buffer.AsSpan(_filled, taken);
            for (int i = 0; i < taken; i++) room[i] = input[i];
            _filled += taken;
            input = input[taken..];
            written += Run(output[written..], long.MaxValue);
        }

        return written;
    }

    /// <summary>Ends a stream: writes what its last samples still give, and starts again with silence.</summary>
    /// <param name="output">At least <see cref="MaxFlush"/> long, or as long as what is left of the whole.</param>
    public int Flush(Span<short> output)
    {
        long whole = (_received * _filter.Up + _filter.Down - 1) / _filter.Down;
        int written = 0;
        while (_written < whole)
        {
            int room = BlockLength + _filter.TapCount - _filled;
            _buffer.AsSpan(_filled, room).Clear();
            _filled += room;
            written += Run(output[written..], whole);
        }

        Reset();
        return written;
    }

    /// <summary>Forgets the stream.</summary>
    public void Reset()
    {
        _buffer.AsSpan().Clear();
        _filled = _filter.Half - 1;
        _start = 0;
        _phase = 0;
        _received = 0;
        _written = 0;
    }

    private int Run(Span<short> output, long limit)
    {
        int up = _filter.Up, whole = _filter.Down / up, part = _filter.Down % up, taps = _filter.TapCount, stride = _filter.Stride;
        int written = _filter.Phases == up ? RunByFour(output, limit) : 0;
        while (_start + taps <= _filled && _written < limit)
        {
            float sample = Sample(_buffer.AsSpan(_start, stride));
            output[written++] = (short)Math.Clamp(MathF.Round(sample), short.MinValue, short.MaxValue);
            _written++;
            _start += whole;
            _phase += part;
            if (_phase < up) continue;
            _phase -= up;
            _start++;
        }

        int done = Math.Min(_start, _filled);
        _buffer.AsSpan(done, _filled - done).CopyTo(_buffer);
        _filled -= done;
        _start -= done;
        return written;
    }

    // Four outputs side by side keep both multipliers busy; the few that are left at the end are the loop's above.
    private int RunByFour(Span<short> output, long limit)
    {
        int up = _filter.Up, whole = _filter.Down / up, part = _filter.Down % up, taps = _filter.TapCount, stride = _filter.Stride;
        int start = _start, phase = _phase, written = 0, last = _filled - taps - 3 * (whole + 1);
        int most = (int)Math.Min(output.Length, limit - _written) - 4;
        ref float samples = ref MemoryMarshal.GetArrayDataReference(_buffer);
        ref float filter = ref MemoryMarshal.GetReference(_filter.Taps);
        for (; start <= last && written <= most; written += 4)
        {
            (int start1, int phase1) = Next(start, phase);
            (int start2, int phase2) = Next(start1, phase1);
            (int start3, int phase3) = Next(start2, phase2);
            int at0 = phase * stride, at1 = phase1 * stride, at2 = phase2 * stride, at3 = phase3 * stride;
            Vector<float> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
            for (int i = 0; i < stride; i += Vector<float>.Count)
            {
                sum0 = Vector.MultiplyAddEstimate(Load(ref samples, start + i), Load(ref filter, at0 + i), sum0);
                sum1 = Vector.MultiplyAddEstimate(Load(ref samples, start1 + i), Load(ref filter, at1 + i), sum1);
                sum2 = Vector.MultiplyAddEstimate(Load(ref samples, start2 + i), Load(ref filter, at2 + i), sum2);
                sum3 = Vector.MultiplyAddEstimate(Load(ref samples, start3 + i), Load(ref filter, at3 + i), sum3);
            }

            Vector128<float> sums = Vector128.Create(Vector.Sum(sum0), Vector.Sum(sum1), Vector.Sum(sum2), Vector.Sum(sum3));
            Vector128<int> rounded = Vector128.ConvertToInt32(Vector128.Round(sums));
            Vector128.NarrowWithSaturation(rounded, rounded).GetLower().CopyTo(output[written..]);
            (start, phase) = Next(start3, phase3);
        }

        (_start, _phase) = (start, phase);
        _written += written;
        return written;

        (int Start, int Phase) Next(int start, int phase)
        {
            phase += part;
            return phase < up ? (start + whole, phase) : (start + whole + 1, phase - up);
        }
    }

    // The buffer reaches a whole stride beyond every start, and the table a whole stride beyond every phase.
    private static Vector<float> Load(ref float from, int at) => Vector.LoadUnsafe(ref from, (nuint)at);

    private float Sample(ReadOnlySpan<float> samples)
    {
        if (_filter.Phases == _filter.Up) return Dot(samples, _filter.Phase(_phase));
        long scaled = (long)_phase * _filter.Phases;
        int below = (int)(scaled / _filter.Up);
        float share = (float)(scaled % _filter.Up) / _filter.Up;
        float lower = Dot(samples, _filter.Phase(below)), upper = Dot(samples, _filter.Phase(below + 1));
        return lower + share * (upper - lower);
    }

    // Both are whole vectors long; summed in the order of RunByFour, so that pieces of a stream give what the whole gives.
    private static float Dot(ReadOnlySpan<float> samples, ReadOnlySpan<float> taps)
    {
        ReadOnlySpan<Vector<float>> a = MemoryMarshal.Cast<float, Vector<float>>(samples), b = MemoryMarshal.Cast<float, Vector<float>>(taps);
        Vector<float> sum = default;
        for (int i = 0; i < a.Length && i < b.Length; i++) sum = Vector.MultiplyAddEstimate(a[i], b[i], sum);
        return Vector.Sum(sum);
    }
}
