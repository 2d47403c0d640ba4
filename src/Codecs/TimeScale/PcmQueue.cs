namespace Codecs.TimeScale;

/// <summary>Sound between a decoder and an encoder of other frames: pieces of any length in, pieces of any length out.</summary>
/// <param name="capacity">Samples that can wait.</param>
public sealed class PcmQueue(int capacity)
{
    private readonly short[] _samples = new short[capacity];

    /// <summary>Samples that wait.</summary>
    public int Count { get; private set; }

    /// <summary>Room at the end: write there, then <see cref="Advance"/>. At least capacity less <see cref="Count"/>.</summary>
    public Span<short> Room => _samples.AsSpan(Count);

    public void Advance(int written)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(written, _samples.Length - Count);
        Count += written;
    }

    public void Write(ReadOnlySpan<short> pcm)
    {
        pcm.CopyTo(Room);
        Count += pcm.Length;
    }

    /// <summary>Takes as many samples as <paramref name="pcm"/> holds, or none.</summary>
    public bool TryRead(Span<short> pcm)
    {
        if (pcm.Length > Count) return false;
        _samples.AsSpan(0, pcm.Length).CopyTo(pcm);
        _samples.AsSpan(pcm.Length, Count - pcm.Length).CopyTo(_samples);
        Count -= pcm.Length;
        return true;
    }

    public void Clear() => Count = 0;
}
