using BenchmarkDotNet.Attributes;
using Codecs.ComfortNoise;
using Codecs.Concealment;
using Codecs.G722;
using Codecs.Resampling;
using Codecs.TimeScale;
using Codecs.Tones;
using Rtp.Core.Playout;

namespace Micro;

/// <summary>What one 20 ms packet of a decoded call passes besides its codec, each beside the floor of copying its payload.</summary>
[MemoryDiagnoser]
public class PlayoutBenchmarks
{
    private readonly byte[] _payload = new byte[160];
    private readonly byte[] _copy = new byte[160];
    private readonly short[] _pcm = new short[160], _wide = new short[320], _full = new short[960];
    private readonly short[] _output = new short[2048];
    private readonly char[] _keys = new char[8];
    private readonly byte[] _octets = new byte[160];
    private readonly JitterBuffer _buffer = new(new PlayoutOptions());
    private readonly DtmfDetector _detector = new();
    private readonly TimeScaler _scaler = new(8000);
    private readonly G711Concealment _concealment = new(8000);
    private readonly ComfortNoiseGenerator _noise = new(1);
    private readonly VoiceActivity _activity = new(8000);
    private readonly G722Encoder _g722Encoder = new();
    private readonly G722Decoder _g722Decoder = new();
    private readonly Resampler _up = new(8000, 16000), _down = new(16000, 8000), _up48 = new(8000, 48000), _down48 = new(48000, 8000);
    private ushort _number;
    private TimeSpan _now;

    [GlobalSetup]
    public void Setup()
    {
        Fill(_pcm, 8000);
        Fill(_wide, 16000);
        Fill(_full, 48000);
        _g722Encoder.Encode(_wide, _octets);
        _noise.Update([50, 100, 140, 120]);
    }

    [Benchmark(Baseline = true)]
    public void Floor_copy_of_160_bytes() => _payload.AsSpan().CopyTo(_copy);

    [Benchmark]
    public int Jitter_buffer_put_and_take()
    {
        unchecked
        {
            _number++;
        }

        _now += TimeSpan.FromMilliseconds(20);
        _buffer.Put(new PlayoutPacket(1, _number, _number * 160u, false, 160), _payload, _now);
        return _buffer.Take(_now, TimeSpan.Zero).Payload.Length;
    }

    [Benchmark]
    public int Time_scale_kept() => _scaler.Process(_pcm, TimeScaleStep.Keep, _output);

    [Benchmark]
    public int Time_scale_shortened() => _scaler.Process(_pcm, TimeScaleStep.Shorten, _output);

    [Benchmark]
    public void Concealment_of_good_sound() => _concealment.Good(_pcm);

    [Benchmark]
    public void Concealment_of_a_lost_packet()
    {
        _concealment.Good(_pcm);
        _concealment.Conceal(_output.AsSpan(0, 160));
    }

    [Benchmark]
    public void Comfort_noise() => _noise.Fill(_output.AsSpan(0, 160));

    [Benchmark]
    public bool Voice_activity() => _activity.Process(_pcm);

    [Benchmark]
    public int Dtmf_detect() => _detector.Process(_pcm, _keys);

    [Benchmark]
    public int G722_encode() => _g722Encoder.Encode(_wide, _octets);

    [Benchmark]
    public int G722_decode() => _g722Decoder.Decode(_octets, _output);

    [Benchmark]
    public int Resample_8000_to_16000() => _up.Process(_pcm, _output);

    [Benchmark]
    public int Resample_16000_to_8000() => _down.Process(_wide, _output);

    [Benchmark]
    public int Resample_8000_to_48000() => _up48.Process(_pcm, _output);

    [Benchmark]
    public int Resample_48000_to_8000() => _down48.Process(_full, _output);

    private static void Fill(short[] pcm, int rateHz)
    {
        for (int i = 0; i < pcm.Length; i++) pcm[i] = (short)(6000 * (Math.Sin(2 * Math.PI * 150 * i / rateHz) + 0.5 * Math.Sin(2 * Math.PI * 900 * i / rateHz)));
    }
}
