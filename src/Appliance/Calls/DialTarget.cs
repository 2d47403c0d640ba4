using Tandem.Net;

namespace Tandem.Calls;

/// <summary>One place to ring.</summary>
/// <param name="Uri">The whole SIP URI for the request line: a phone's Contact as it registered it (INTEROP 9).</param>
/// <param name="Flow">The flow that the phone registered over; null: resolve the URI.</param>
/// <param name="Route">Route values that lead there (RFC 3327), in order.</param>
/// <param name="User">Whose phone it is; null: not one of ours.</param>
internal sealed record DialTarget(string Uri, SipFlow? Flow, IReadOnlyList<string> Route, string? User = null);
