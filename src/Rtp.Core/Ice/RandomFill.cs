namespace Rtp.Core.Ice;

/// <summary>Fills bytes with what an outsider cannot guess.</summary>
public delegate void RandomFill(Span<byte> bytes);
