namespace Codecs.ComfortNoise;

/// <summary>Describes background noise for a peer: RFC 3389, level and reflection coefficients by Levinson and Durbin.</summary>
/// <remarks>Averages over the last few frames. One owner; not thread-safe; allocates only when made.</remarks>
/// <param name="order">Reflection coefficients sent, at most 12; 0 sends the level alone, which every peer understands.</param>
public sealed class ComfortNoiseAnalyser(int order)
{
    private const float Newest = 0.25f;
    private const float Whitening = 1.0001f;    // keeps the coefficients of a pure tone below 1

    private readonly int _order = Math.Clamp(order, 0, ComfortNoisePayload.MaxOrder);
    private readonly float[] _correlations = new float[ComfortNoisePayload.MaxOrder + 1];
    private readonly float[] _predictor = new float[ComfortNoisePayload.MaxOrder + 1];
    private readonly float[] _before = new float[ComfortNoisePayload.MaxOrder + 1];
    private bool _any;

    /// <summary>Bytes of a payload.</summary>
    public int PayloadBytes => 1 + _order;

    /// <summary>Takes a frame that holds no speech.</summary>
    public void Add(ReadOnlySpan<short> pcm)
    {
        if (pcm.Length <= ComfortNoisePayload.MaxOrder) return;
        for (int lag = 0; lag <= _order; lag++)
        {
            long sum = 0;
            for (int i = lag; i < pcm.Length; i++) sum += pcm[i] * pcm[i - lag];
            float mean = (float)sum / pcm.Length;
            _correlations[lag] = _any ? _correlations[lag] + (mean - _correlations[lag]) * Newest : mean;
        }

        _any = true;
    }

    /// <summary>Writes the payload for the frames taken so far.</summary>
    /// <param name="payload">At least <see cref="PayloadBytes"/> long.</param>
    /// <returns>Bytes written.</returns>
    public int Write(Span<byte> payload)
    {
        payload[0] = ComfortNoisePayload.Level(MathF.Sqrt(_correlations[0]));
        float error = _correlations[0] * Whitening + 1e-6f;
        for (int i = 1; i <= _order; i++)
        {
            float sum = _correlations[i];
            for (int j = 1; j < i; j++) sum += _predictor[j] * _correlations[i - j];
            float k = Math.Clamp(-sum / error, -0.995f, 0.995f);
            payload[i] = ComfortNoisePayload.Octet(k);
            _predictor.AsSpan(0, i).CopyTo(_before);
            for (int j = 1; j < i; j++) _predictor[j] = _before[j] + k * _before[i - j];
            _predictor[i] = k;
            error *= 1 - k * k;
        }

        return PayloadBytes;
    }
}
