namespace Tandem.Storage;

/// <summary>One finished leg of a call: a row of <c>call_legs</c>.</summary>
/// <param name="Leg">1 is the caller, then in order of dialling.</param>
/// <param name="Incoming">True where the peer called us.</param>
/// <param name="Peer">The other end: user, number or URI.</param>
/// <param name="SipCallId">A stranger's text: it can repeat and can be long.</param>
/// <param name="Cause">Why the leg ended, in words ("remote BYE", "media timeout").</param>
/// <param name="Encryption">Key agreement and profile, "DTLS AEAD_AES_128_GCM"; null: plain.</param>
/// <param name="Bridging">How the other party's sound got here, "relayed" or "transcoded"; null: none did.</param>
/// <param name="Carrier">That the leg came from or went to; null: it is one of ours.</param>
/// <param name="Gateway">Of the carrier; null: none, or a source that is none.</param>
/// <param name="SipStatus">Final status of the INVITE; 0 where there was none.</param>
public sealed record CallLegRecord(Guid CallId, int Leg, bool Incoming, string Peer, string SipCallId, string Transport, string? Codec,
    DateTimeOffset StartedAt, DateTimeOffset? AnsweredAt, DateTimeOffset EndedAt, int SipStatus, string Cause, LegQuality Quality,
    string? Encryption = null, string? Bridging = null, string? Carrier = null, string? Gateway = null);
