using Tandem.Net;

namespace Tandem.Signalling;

/// <summary>Where a registered user can be rung.</summary>
/// <param name="ContactUri">The Request-URI, as the phone gave it.</param>
/// <param name="Flow">The flow that the phone registered over, to be used whatever the URI says; null: there is none, go by the
/// URI.</param>
/// <param name="Path">Route values to put before the request (RFC 3327), in order.</param>
/// <param name="Q">Preference, 0 to 1.</param>
/// <param name="Instance">The phone's +sip.instance; empty: none.</param>
/// <param name="UserAgent">What it calls itself; null: nothing.</param>
/// <param name="SecondsLeft">Until the registration ends.</param>
public sealed record RegisteredContact(string ContactUri, SipFlow? Flow, IReadOnlyList<string> Path, double Q, string Instance,
    string? UserAgent, long SecondsLeft);
