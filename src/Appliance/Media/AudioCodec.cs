namespace Tandem.Media;

/// <summary>The voice codecs a leg speaks.</summary>
public enum AudioCodec : byte
{
    Pcmu,
    Pcma,
    G722,
    Opus,

    /// <summary>Linear, 8000 Hz.</summary>
    L16,

    /// <summary>Linear, 16000 Hz.</summary>
    L16Wide,
}
