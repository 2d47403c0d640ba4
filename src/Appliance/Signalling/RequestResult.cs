using Sip.Core.Authentication;
using Sip.Core.Messages;
using Tandem.Net;

namespace Tandem.Signalling;

/// <summary>What became of a request outside dialogs.</summary>
/// <param name="Status">The final status; 408 where none came, 503 where the request could not be sent.</param>
/// <param name="Response">The final response, a scratch object, valid during the callback; null: there was none.</param>
/// <param name="Flow">The way that was taken last; null: there was no way.</param>
/// <param name="Latency">From the last try to its first response; zero: none came.</param>
/// <param name="CSeq">Number of the last try.</param>
/// <param name="NotAnswered">Why a challenge was not answered; null: it was, or none came.</param>
public sealed record RequestResult(int Status, SipMessage? Response, SipFlow? Flow, TimeSpan Latency, uint CSeq, DigestReply? NotAnswered = null);
