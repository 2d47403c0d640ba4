namespace Sip.Core.Sdp;

/// <summary>The keys that an exchange of offer and answer has settled. Its text form never shows them.</summary>
/// <param name="Suite">Of both directions.</param>
/// <param name="LocalKey">What we send under: master key and, behind it, the salt.</param>
/// <param name="RemoteKey">What the peer sends under.</param>
public sealed record NegotiatedSrtp(CryptoSuite Suite, byte[] LocalKey, byte[] RemoteKey);
