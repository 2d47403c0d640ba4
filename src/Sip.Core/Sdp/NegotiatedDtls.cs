namespace Sip.Core.Sdp;

/// <summary>What an exchange of offer and answer has settled for a DTLS-SRTP stream.</summary>
/// <param name="Role">Ours: <see cref="SdpSetup.Active"/> is the DTLS client.</param>
/// <param name="Fingerprints">The certificate of the peer must have one of these; never empty.</param>
/// <param name="RemoteIce">The peer's side of ICE; null: the stream goes without, as SIP phones with DTLS do it.</param>
public sealed record NegotiatedDtls(SdpSetup Role, IReadOnlyList<SdpFingerprint> Fingerprints, IceDescription? RemoteIce);
