using BenchmarkDotNet.Attributes;
using Codecs.Resampling;
using Codecs.Tones;

namespace Micro;

/// <summary>One second of audio through each rate change that calls and prompts need, and what else handles samples.</summary>
[MemoryDiagnoser]
public class ResamplerBenchmarks
{
    private readonly char[] _keys = new char[64];
    private readonly DtmfDetector _detector = new();
    private readonly ToneGenerator _tone = new(Cadence.RingbackNorthAmerica, 8000);
    private readonly short[] _second = new short[8000];
    private short[] _input = [];
    private short[] _output = [];
    private Resampler _resampler = new(8000, 16000);

    [Params("22050-8000", "24000-8000", "16000-8000", "8000-48000", "48000-8000")]
    public string Rates { get; set; } = "22050-8000";

    [GlobalSetup]
    public void Setup()
    {
        string[] rates = Rates.Split('-');
        int from = int.Parse(rates[0], System.Globalization.CultureInfo.InvariantCulture), to = int.Parse(rates[1], System.Globalization.CultureInfo.InvariantCulture);
        _resampler = new Resampler(from, to);
        _input = new short[from];
        for (int i = 0; i < from; i++) _input[i] = (short)(12_000 * Math.Sin(i * 0.1));
        _output = new short[_resampler.MaxOutput(from)];
        _tone.Fill(_second);
    }

    [Benchmark(Baseline = true)]
    public void Floor_copy() => _input.AsSpan().CopyTo(_input.AsSpan());

    [Benchmark]
    public int Resample_one_second() => _resampler.Process(_input, _output);

    [Benchmark]
    public int Detect_keys_in_one_second_at_8000() => _detector.Process(_second, _keys);

    [Benchmark]
    public void Generate_one_second_at_8000() => _tone.Fill(_second);
}
