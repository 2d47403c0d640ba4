using System.Runtime.Intrinsics;

namespace Codecs.Tones;

/// <summary>Hears telephone keys in audio at 8000 Hz: Goertzel's filters over blocks of 12.75 ms, judged as ITU-T Q.24 asks.</summary>
/// <remarks>
/// A key is heard once, in its second block; a second press needs two blocks without it between. One owner; not thread-safe; allocates
/// only when made.
/// </remarks>
public sealed class DtmfDetector
{
    public const int RateHz = 8000;
    public const int BlockLength = 102;    // the shortest that keeps neighbouring frequencies apart

    private const float LeastPeak = 150;                 // of each frequency: about -43 dBm0
    private const float NormalTwist = 6.3f;              // 8 dB: the high group weaker than the low one, by a line's slope
    private const float ReverseTwist = 2.5f;             // 4 dB: the high group stronger
    private const float OthersInGroup = 6.3f;            // 8 dB over every other frequency of its group
    private const float ShareOfAll = 0.75f;              // of the power is the two tones', 1.5 % off as they may be: speech spreads wider
    private const float SecondHarmonic = 10f;            // 10 dB over the double of the high tone, which voices have and keys have not

    private static readonly Vector256<float> s_factors = Factors();
    private static readonly Vector128<float> s_harmonicFactors = HarmonicFactors();

    private Vector256<float> _last, _lastButOne;
    private Vector128<float> _harmonicLast, _harmonicLastButOne;
    private float _power;
    private int _filled;
    private char _candidate;
    private int _missed;

    /// <summary>The key that is down; '\0' for none.</summary>
    public char Pressed { get; private set; }

    /// <summary>Takes audio in any pieces.</summary>
    /// <param name="pcm">At 8000 Hz.</param>
    /// <param name="keys">Where keys newly pressed go; one for every 200 samples and one more is enough.</param>
    /// <returns>How many.</returns>
    public int Process(ReadOnlySpan<short> pcm, Span<char> keys)
    {
        int found = 0;
        while (!pcm.IsEmpty)
        {
            int taken = Math.Min(pcm.Length, BlockLength - _filled);
            Filter(pcm[..taken]);
            _filled += taken;
            pcm = pcm[taken..];
            if (_filled < BlockLength) break;
            char key = Judge();
            if (OnBlock(key)) keys[found++] = key;
            _filled = 0;
            _power = 0;
            _last = _lastButOne = default;
            _harmonicLast = _harmonicLastButOne = default;
        }

        return found;
    }

    private bool OnBlock(char key)
    {
        bool again = key == _candidate;
        _candidate = key;
        if (key == Pressed)
        {
            _missed = 0;
            return false;
        }

        if (key != '\0' && again)
        {
            Pressed = key;
            _missed = 0;
            return true;
        }

        if (Pressed != '\0' && ++_missed >= 2) Pressed = '\0';
        return false;
    }

    private void Filter(ReadOnlySpan<short> pcm)
    {
        Vector256<float> last = _last, lastButOne = _lastButOne;
        Vector128<float> harmonicLast = _harmonicLast, harmonicLastButOne = _harmonicLastButOne;
        float power = _power;
        foreach (short sample in pcm)
        {
            Vector256<float> x = Vector256.Create((float)sample);
            Vector256<float> next = Vector256.MultiplyAddEstimate(s_factors, last, x - lastButOne);
            (lastButOne, last) = (last, next);
            Vector128<float> nextHarmonic = Vector128.MultiplyAddEstimate(s_harmonicFactors, harmonicLast, x.GetLower() - harmonicLastButOne);
            (harmonicLastButOne, harmonicLast) = (harmonicLast, nextHarmonic);
            power += (float)sample * sample;
        }

        (_last, _lastButOne, _harmonicLast, _harmonicLastButOne, _power) = (last, lastButOne, harmonicLast, harmonicLastButOne, power);
    }

    private char Judge()
    {
        Vector256<float> tones = _last * _last + _lastButOne * _lastButOne - s_factors * _last * _lastButOne;
        int row = Strongest(tones, 0), column = Strongest(tones, 4);
        float low = tones[row], high = tones[4 + column];
        const float Least = LeastPeak * LeastPeak * BlockLength * BlockLength / 4;    // |X|² of a tone of that peak
        if (low < Least || high < Least) return '\0';
        if (low > high * NormalTwist || high > low * ReverseTwist) return '\0';
        for (int i = 0; i < 4; i++)
        {
            if (i != row && tones[i] * OthersInGroup > low) return '\0';
            if (i != column && tones[4 + i] * OthersInGroup > high) return '\0';
        }

        // A tone of peak a has |X|² = (aN/2)² and sum of squares a²N/2: its power is 2|X|²/N.
        if ((low + high) * 2 / BlockLength < ShareOfAll * _power) return '\0';
        Vector128<float> doubles = _harmonicLast * _harmonicLast + _harmonicLastButOne * _harmonicLastButOne
            - s_harmonicFactors * _harmonicLast * _harmonicLastButOne;
        if (doubles[column] * SecondHarmonic > high) return '\0';
        return DtmfKeys.Key(row, column);
    }

    private static int Strongest(Vector256<float> energies, int from)
    {
        int best = from;
        for (int i = from + 1; i < from + 4; i++)
        {
            if (energies[i] > energies[best]) best = i;
        }

        return best - from;
    }

    private static Vector256<float> Factors() => Vector256.Create(
        Factor(DtmfKeys.LowHz[0]), Factor(DtmfKeys.LowHz[1]), Factor(DtmfKeys.LowHz[2]), Factor(DtmfKeys.LowHz[3]),
        Factor(DtmfKeys.HighHz[0]), Factor(DtmfKeys.HighHz[1]), Factor(DtmfKeys.HighHz[2]), Factor(DtmfKeys.HighHz[3]));

    private static Vector128<float> HarmonicFactors() => Vector128.Create(
        Factor(2 * DtmfKeys.HighHz[0]), Factor(2 * DtmfKeys.HighHz[1]), Factor(2 * DtmfKeys.HighHz[2]), Factor(2 * DtmfKeys.HighHz[3]));

    private static float Factor(double hz) => (float)(2 * Math.Cos(2 * Math.PI * hz / RateHz));
}
