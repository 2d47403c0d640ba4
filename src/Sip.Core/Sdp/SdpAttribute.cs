namespace Sip.Core.Sdp;

/// <summary>One <c>a=</c> line: a property (<see cref="Value"/> null) or name and value (RFC 8866 §5.13).</summary>
public readonly record struct SdpAttribute(string Name, string? Value = null);
