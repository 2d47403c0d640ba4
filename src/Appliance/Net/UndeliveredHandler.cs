using Tandem.Net.Interop;

namespace Tandem.Net;

/// <summary>Hears of a datagram that did not arrive.</summary>
/// <param name="target">Where it went.</param>
/// <param name="beginning">As much of it as came back. Scratch: valid during the call.</param>
internal delegate void UndeliveredHandler(in NativeSocketAddress target, ReadOnlySpan<byte> beginning);
