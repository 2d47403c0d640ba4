using System.Numerics;
using System.Runtime.InteropServices;

namespace Codecs.Concealment;

/// <summary>Fills in for lost packets of a codec without memory: ITU-T G.711 appendix I, for G.711, G.722 and L16 after decoding.</summary>
/// <remarks>
/// What is missing is made of the last one to three pitch periods heard, fading by a fifth every 10 ms to nothing after 60. Lengths are
/// the appendix's at 8000 Hz and grow with the rate. All sound passes through here, <see cref="DelaySamples"/> late. One owner; not
/// thread-safe; allocates only when made.
/// </remarks>
/// <param name="rateHz">8000 or a multiple.</param>
public sealed class G711Concealment(int rateHz)
{
    private const float FadePerPiece = 0.2f;
    private const int SilentPieces = 6;            // of 10 ms
    private const float LeastPower = 250;          // of the correlation: below it nothing is periodic

    private readonly int _scale = Scale(rateHz);
    private readonly short[] _history = new short[390 * Scale(rateHz)];    // three longest periods and a quarter
    private readonly float[] _frozen = new float[390 * Scale(rateHz)];     // the history when the loss began
    private readonly float[] _quarter = new float[30 * Scale(rateHz)];     // its last quarter period, before it was blended
    private readonly float[] _tail = new float[80 * Scale(rateHz)];
    private readonly float[] _piece = new float[80 * Scale(rateHz)];
    private int _pitch, _overlap, _length, _offset;
    private int _pieces;                           // concealed since the last good sound

    /// <summary>What sound is held back, so that its end can be blended into what fills a gap: 3.75 ms.</summary>
    public int DelaySamples => 30 * _scale;

    private int PieceSamples => 80 * _scale;

    /// <summary>Passes decoded sound on: in place, what went in <see cref="DelaySamples"/> before comes out.</summary>
    /// <param name="pcm">Any length.</param>
    public void Good(Span<short> pcm)
    {
        if (_pieces > 0)
        {
            int blended = Math.Min(Math.Min(_overlap + (_pieces - 1) * 32 * _scale, PieceSamples), pcm.Length);
            Span<float> synthetic = _tail.AsSpan(0, blended);
            Synthesise(synthetic);
            float gain = Math.Max(0, 1 - (_pieces - 1) * FadePerPiece);
            for (int i = 0; i < blended; i++)
            {
                float share = (i + 1f) / (blended + 1);
                pcm[i] = Round(synthetic[i] * gain * (1 - share) + pcm[i] * share);
            }

            _pieces = 0;
        }

        while (pcm.Length > _history.Length - DelaySamples)
        {
            Delay(pcm[..PieceSamples]);
            pcm = pcm[PieceSamples..];
        }

        Delay(pcm);
    }

    /// <summary>Fills in for what is lost.</summary>
    /// <param name="pcm">As long as what was lost; pieces of 10 ms fade as the appendix has it.</param>
    public void Conceal(Span<short> pcm)
    {
        while (!pcm.IsEmpty)
        {
            Span<short> target = pcm[..Math.Min(pcm.Length, PieceSamples)];
            Span<float> piece = _piece.AsSpan(0, target.Length);
            if (_pieces == 0) Begin();
            if (_pieces is 1 or 2) Grow(piece);
            else if (_pieces < SilentPieces) Synthesise(piece);
            else piece.Clear();
            float gain = 1 - Math.Max(0, _pieces - 1) * FadePerPiece, fade = _pieces == 0 ? 0 : FadePerPiece / PieceSamples;
            for (int i = 0; i < piece.Length; i++, gain -= fade) target[i] = Round(piece[i] * Math.Max(0, gain));
            if (_pieces <= SilentPieces) _pieces++;
            Delay(target);
            pcm = pcm[target.Length..];
        }
    }

    public void Reset()
    {
        Array.Clear(_history);
        _pieces = 0;
    }

    private static int Scale(int rateHz)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rateHz, 8000);
        return rateHz / 8000;
    }

    private static short Round(float sample) => (short)Math.Clamp(MathF.Round(sample), short.MinValue, short.MaxValue);

    // Puts sound at the end of the history and takes what stood before the delay from there.
    private void Delay(Span<short> pcm)
    {
        _history.AsSpan(pcm.Length).CopyTo(_history);
        pcm.CopyTo(_history.AsSpan(_history.Length - pcm.Length));
        _history.AsSpan(_history.Length - DelaySamples - pcm.Length, pcm.Length).CopyTo(pcm);
    }

    private void Begin()
    {
        for (int i = 0; i < _frozen.Length; i++) _frozen[i] = _history[i];
        _pitch = FindPitch();
        _overlap = _pitch / 4;
        _frozen.AsSpan(_frozen.Length - _overlap).CopyTo(_quarter);
        _offset = 0;
        Periods(_pitch);
        // The end that has not been heard yet leads into the repeated period.
        for (int i = 1; i <= _overlap; i++) _history[^i] = Round(_frozen[^i]);
    }

    // After 10 and 20 ms one period more is repeated, lest it buzz; what would have come is faded out.
    private void Grow(Span<float> piece)
    {
        int at = _offset, blended = Math.Min(_overlap, piece.Length);
        Span<float> before = _tail.AsSpan(0, blended);
        Synthesise(before);
        _offset = at;
        while (_offset > _pitch) _offset -= _pitch;
        Periods(_length + _pitch);
        Synthesise(piece);
        for (int i = 0; i < blended; i++)
        {
            float share = (i + 1f) / (blended + 1);
            piece[i] = before[i] * (1 - share) + piece[i] * share;
        }
    }

    // The last `length` samples are repeated from now on: their end is blended into what stands before their start.
    private void Periods(int length)
    {
        _length = length;
        int start = _frozen.Length - length - _overlap, end = _frozen.Length - _overlap;
        for (int i = 0; i < _overlap; i++)
        {
            float share = (i + 1f) / (_overlap + 1);
            _frozen[end + i] = _quarter[i] * (1 - share) + _frozen[start + i] * share;
        }
    }

    private void Synthesise(Span<float> target)
    {
        ReadOnlySpan<float> periods = _frozen.AsSpan(_frozen.Length - _length);
        while (!target.IsEmpty)
        {
            int taken = Math.Min(target.Length, _length - _offset);
            periods.Slice(_offset, taken).CopyTo(target);
            _offset = (_offset + taken) % _length;
            target = target[taken..];
        }
    }

    // Lags of 5 to 15 ms over the last 20 ms: every second one first, then its neighbours.
    private int FindPitch()
    {
        int shortest = 40 * _scale, longest = 120 * _scale, step = 2 * _scale;
        int best = longest;
        float highest = float.MinValue;
        for (int lag = longest; lag >= shortest; lag -= step) Try(lag, ref best, ref highest);
        int coarse = best;
        for (int lag = Math.Max(shortest, coarse - step + 1); lag <= Math.Min(longest, coarse + step - 1); lag++) Try(lag, ref best, ref highest);
        return best;
    }

    private void Try(int lag, ref int best, ref float highest)
    {
        int window = 160 * _scale;
        ReadOnlySpan<float> end = _frozen.AsSpan(_frozen.Length - window), before = _frozen.AsSpan(_frozen.Length - window - lag, window);
        float correlation = Dot(end, before) / MathF.Sqrt(Math.Max(Dot(before, before), LeastPower));
        if (correlation > highest) (highest, best) = (correlation, lag);
    }

    private static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)    // whole vectors long
    {
        ReadOnlySpan<Vector<float>> left = MemoryMarshal.Cast<float, Vector<float>>(a), right = MemoryMarshal.Cast<float, Vector<float>>(b);
        Vector<float> sums = default;
        for (int i = 0; i < left.Length && i < right.Length; i++) sums = Vector.MultiplyAddEstimate(left[i], right[i], sums);
        return Vector.Sum(sums);
    }
}
