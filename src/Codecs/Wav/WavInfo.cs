namespace Codecs.Wav;

/// <summary>What a WAVE file holds and where.</summary>
/// <param name="Encoding">The format tag; values beyond the named ones are the file's own.</param>
/// <param name="RateHz">Sampling rate.</param>
/// <param name="Channels">Channels, interleaved.</param>
/// <param name="BitsPerSample">Of one channel.</param>
/// <param name="DataOffset">First byte of sound.</param>
/// <param name="DataLength">Bytes of sound, whole blocks.</param>
public readonly record struct WavInfo(WavEncoding Encoding, int RateHz, int Channels, int BitsPerSample, int DataOffset, int DataLength)
{
    /// <summary>Bytes of one sample of every channel.</summary>
    public int BlockBytes => Channels * ((BitsPerSample + 7) / 8);

    /// <summary>Samples of each channel.</summary>
    public int Samples => DataLength / BlockBytes;

    public TimeSpan Duration => TimeSpan.FromTicks(Samples * TimeSpan.TicksPerSecond / RateHz);

    /// <summary>Whether <see cref="WavFile.DecodeMono"/> knows the encoding.</summary>
    public bool IsDecodable => (Encoding, BitsPerSample) is (WavEncoding.Pcm, 16) or (WavEncoding.MuLaw or WavEncoding.ALaw, 8);
}
