namespace Codecs.ComfortNoise;

/// <summary>Noise as a peer describes it: RFC 3389, white noise through an all-pole lattice.</summary>
/// <remarks>
/// Before the first payload it is white at -70 dBov. Levels glide over the first 20 ms or so, since they come in steps. One owner; not
/// thread-safe; allocates only when made.
/// </remarks>
/// <param name="seed">Of the noise; not 0.</param>
public sealed class ComfortNoiseGenerator(uint seed)
{
    private const byte DefaultLevel = 70;
    private const float Glide = 1 / 64f;

    private readonly float[] _reflections = new float[ComfortNoisePayload.MaxOrder];
    private readonly float[] _backward = new float[ComfortNoisePayload.MaxOrder + 1];
    private uint _noise = seed | 1;
    private int _order;
    private float _wanted = ComfortNoisePayload.Rms(DefaultLevel), _gain;

    /// <summary>Takes a payload: level and spectrum. An empty one is passed over.</summary>
    public void Update(ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty) return;
        ReadOnlySpan<byte> spectrum = payload[1..];
        int order = Math.Min(spectrum.Length, ComfortNoisePayload.MaxOrder);
        if (order < _order) Array.Clear(_backward);
        _order = order;
        float power = 1;    // what the lattice takes from a power of 1 to give 1
        for (int i = 0; i < order; i++)
        {
            float k = _reflections[i] = ComfortNoisePayload.Reflection(spectrum[i]);
            power *= 1 - k * k;
        }

        _wanted = ComfortNoisePayload.Rms(payload[0]) * MathF.Sqrt(power);
    }

    /// <summary>Fills the whole span with noise.</summary>
    public void Fill(Span<short> pcm)
    {
        const float Unit = 1.7320508f / int.MaxValue;    // uniform of power 1
        for (int n = 0; n < pcm.Length; n++)
        {
            _noise ^= _noise << 13;
            _noise ^= _noise >> 17;
            _noise ^= _noise << 5;
            _gain += (_wanted - _gain) * Glide;
            float forward = unchecked((int)_noise) * Unit * _gain;
            for (int i = _order; i > 0; i--)
            {
                forward -= _reflections[i - 1] * _backward[i - 1];
                _backward[i] = _backward[i - 1] + _reflections[i - 1] * forward;
            }

            _backward[0] = forward;
            pcm[n] = (short)Math.Clamp(MathF.Round(forward), short.MinValue, short.MaxValue);
        }
    }
}
