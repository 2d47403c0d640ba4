using System.Security.Cryptography;

namespace Srtp.Ciphers;

/// <summary>The session keys of RTP or RTCP in one direction; wiped when disposed, once the ciphers have taken what they need.</summary>
internal sealed class SessionKeys(byte[] encryption, byte[] salt, byte[] authentication) : IDisposable
{
    public ReadOnlySpan<byte> Encryption => encryption;

    public ReadOnlySpan<byte> Salt => salt;

    /// <summary>Empty where the cipher authenticates by itself.</summary>
    public ReadOnlySpan<byte> Authentication => authentication;

    public static SessionKeys Derive(ProfileParameters profile, ReadOnlySpan<byte> masterKeyAndSalt, bool rtcp, CipherBackend backend)
    {
        byte[] encryption = new byte[profile.KeyLength], salt = new byte[profile.SaltLength], authentication = new byte[profile.AuthenticationKeyLength];
        ReadOnlySpan<byte> key = masterKeyAndSalt[..profile.KeyLength], masterSalt = masterKeyAndSalt[profile.KeyLength..];
        KeyDerivation.Derive(key, masterSalt, rtcp ? KeyLabel.RtcpEncryption : KeyLabel.RtpEncryption, encryption, backend);
        KeyDerivation.Derive(key, masterSalt, rtcp ? KeyLabel.RtcpSalt : KeyLabel.RtpSalt, salt, backend);
        KeyDerivation.Derive(key, masterSalt, rtcp ? KeyLabel.RtcpAuthentication : KeyLabel.RtpAuthentication, authentication, backend);
        return new SessionKeys(encryption, salt, authentication);
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(encryption);
        CryptographicOperations.ZeroMemory(salt);
        CryptographicOperations.ZeroMemory(authentication);
    }
}
