namespace Codecs.Opus;

/// <summary>The coder that made a packet: RFC 6716 §3.1, table 2.</summary>
public enum OpusMode
{
    Silk,
    Hybrid,
    Celt,
}
