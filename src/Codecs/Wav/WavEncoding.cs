namespace Codecs.Wav;

/// <summary>Format tags of a WAVE file (RFC 2361).</summary>
public enum WavEncoding : ushort
{
    Unknown = 0,
    Pcm = 1,
    ALaw = 6,
    MuLaw = 7,
}
