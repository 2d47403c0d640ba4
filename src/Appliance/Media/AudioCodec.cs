namespace Tandem.Media;

/// <summary>The voice codecs a leg speaks. Both are 8000 Hz, one octet a sample.</summary>
public enum AudioCodec : byte { Pcmu, Pcma }
