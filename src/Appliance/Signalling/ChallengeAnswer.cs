using Sip.Core.Messages;

namespace Tandem.Signalling;

/// <summary>Answers a challenge that a request of ours got from the peer that it went to (RFC 3261 §22.2, §22.3).</summary>
/// <param name="challenge">The 401 or 407; scratch.</param>
/// <param name="method">Of the request, and of the one that follows.</param>
/// <param name="requestUri">Of both.</param>
/// <returns>Header lines for the next attempt; empty: the challenge is not one to answer.</returns>
public delegate IReadOnlyList<KeyValuePair<string, string>> ChallengeAnswer(SipMessage challenge, SipMethod method, ReadOnlyMemory<byte> requestUri);
