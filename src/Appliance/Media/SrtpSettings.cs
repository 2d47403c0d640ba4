using Srtp;

namespace Tandem.Media;

/// <summary>The keys of one leg, as SDES or a handshake agreed on them. A key that stays the same goes on where it stands.</summary>
/// <param name="Profile">Of both directions.</param>
/// <param name="SendKey">Ours: master key and, behind it, the salt.</param>
/// <param name="ReceiveKey">The peer's.</param>
public sealed record SrtpSettings(SrtpProfile Profile, byte[] SendKey, byte[] ReceiveKey);
