namespace Codecs.Opus;

/// <summary>What an encoder is tuned for; opus_defines.h.</summary>
public enum OpusApplication
{
    /// <summary>Speech: SILK or hybrid at speech bitrates; the only one with in-band FEC. Looks ahead 6.5 ms.</summary>
    Voip = 2048,

    /// <summary>Music and mixed sound.</summary>
    Audio = 2049,

    /// <summary>CELT alone: looks ahead 2.5 ms, costs least; neither FEC nor DTX.</summary>
    LowDelay = 2051,
}
