namespace Codecs.Opus;

/// <summary>A hint of what is encoded; opus_defines.h.</summary>
public enum OpusSignal
{
    Auto = -1000,
    Voice = 3001,
    Music = 3002,
}
