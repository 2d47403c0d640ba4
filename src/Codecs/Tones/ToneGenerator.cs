namespace Codecs.Tones;

/// <summary>Plays a cadence for as long as it is asked for samples. One owner; not thread-safe; allocates only when made.</summary>
public sealed class ToneGenerator(Cadence cadence, int rateHz)
{
    private const int RampsPerSecond = 400;    // 2.5 ms up and down: a tone cut at once clicks

    private int _step = -1;
    private int _length;
    private int _at;
    private double _gain;
    private Oscillator _first;
    private Oscillator _second;

    /// <summary>The next samples; fills the whole span.</summary>
    public void Fill(Span<short> pcm)
    {
        int ramp = Math.Max(1, rateHz / RampsPerSecond);
        for (int i = 0; i < pcm.Length; i++)
        {
            while (_at == _length) Begin();
            double sample = (_first.Next() + _second.Next()) * _gain;
            int edge = Math.Min(_at + 1, _length - _at);
            if (edge < ramp) sample *= (double)edge / ramp;
            pcm[i] = (short)Math.Clamp(Math.Round(sample), short.MinValue, short.MaxValue);
            _at++;
        }
    }

    private void Begin()
    {
        _step = (_step + 1) % cadence.Steps.Length;
        ToneStep step = cadence.Steps[_step];
        _at = 0;
        _length = (int)((long)step.DurationMs * rateHz / 1000);
        _gain = step.Peak;
        // A cadence of one step is a continuous tone: it neither stops nor starts.
        if (cadence.Steps.Length > 1 || !_first.IsRunning)
        {
            _first = new Oscillator(step.FirstHz, rateHz);
            _second = new Oscillator(step.SecondHz, rateHz);
        }
    }

    /// <summary>A sine by its recurrence.</summary>
    private struct Oscillator(double hz, int rateHz)
    {
        private readonly double _factor = 2 * Math.Cos(2 * Math.PI * hz / rateHz);
        private double _last = -Math.Sin(2 * Math.PI * hz / rateHz);
        private double _lastButOne = -Math.Sin(4 * Math.PI * hz / rateHz);

        public readonly bool IsRunning => _factor != 0;

        public double Next()
        {
            double next = _factor * _last - _lastButOne;
            _lastButOne = _last;
            _last = next;
            return next;
        }
    }
}
