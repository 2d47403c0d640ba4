namespace Sip.Core.Dialogs;

/// <summary>One value of Route or Record-Route (RFC 3261 §20.30, §20.34).</summary>
/// <param name="Value">The value as written, with its parameters.</param>
/// <param name="Uri">The URI inside it.</param>
/// <param name="IsLoose">The URI carries <c>lr</c> (§19.1.1): a loose router.</param>
public readonly record struct RouteEntry(ReadOnlyMemory<byte> Value, ReadOnlyMemory<byte> Uri, bool IsLoose);
