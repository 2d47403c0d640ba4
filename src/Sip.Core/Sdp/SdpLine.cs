namespace Sip.Core.Sdp;

/// <summary>A line that is kept as it came: i, u, e, p, b, t, r, z, k and types that nobody has defined yet.</summary>
public readonly record struct SdpLine(char Type, string Value);
