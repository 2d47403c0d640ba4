namespace Codecs.Opus;

/// <summary>Audio bandwidth of a packet or limit of an encoder; numbers of opus_defines.h, widths of RFC 6716 §2.</summary>
public enum OpusBandwidth
{
    /// <summary>4 kHz.</summary>
    Narrow = 1101,

    /// <summary>6 kHz.</summary>
    Medium = 1102,

    /// <summary>8 kHz.</summary>
    Wide = 1103,

    /// <summary>12 kHz.</summary>
    SuperWide = 1104,

    /// <summary>20 kHz.</summary>
    Full = 1105,
}
