using BenchmarkDotNet.Attributes;
using Codecs.G711;

namespace Micro;

/// <summary>One 20 ms frame, beside the floor of copying its bytes.</summary>
[MemoryDiagnoser]
public class G711Benchmarks
{
    private readonly short[] _pcm = new short[160];
    private readonly byte[] _octets = new byte[160];
    private readonly byte[] _copy = new byte[160];

    [GlobalSetup]
    public void Setup()
    {
        for (int i = 0; i < _pcm.Length; i++) _pcm[i] = (short)(12_000 * Math.Sin(i * 0.37));
        G711.EncodeMuLaw(_pcm, _octets);
    }

    [Benchmark(Baseline = true)]
    public void Floor_copy_of_160_bytes() => _octets.AsSpan().CopyTo(_copy);

    [Benchmark]
    public void Encode_mu_law() => G711.EncodeMuLaw(_pcm, _copy);

    [Benchmark]
    public void Encode_A_law() => G711.EncodeALaw(_pcm, _copy);

    [Benchmark]
    public void Decode_mu_law() => G711.DecodeMuLaw(_octets, _pcm);

    [Benchmark]
    public void Decode_A_law() => G711.DecodeALaw(_octets, _pcm);

    [Benchmark]
    public void Mu_law_to_A_law_in_place() => G711.MuLawToALaw(_copy);
}
