using System.Security.Cryptography;
using System.Text;
using Sip.Core.Sdp;
using Tandem.Configuration;

namespace Tandem.Storage;

/// <summary>A SIP account. The password is never kept, only its digest secrets for the realm (RFC 7616 §3.4.2).</summary>
/// <param name="Ha1Md5">MD5 of name:realm:password, 32 lower-case hex digits.</param>
/// <param name="Ha1Sha256">SHA-256 of the same, 64 lower-case hex digits.</param>
public sealed record User(string Name, string DisplayName, string Realm, string Ha1Md5, string Ha1Sha256)
{
    /// <summary>Its codecs in order of preference; empty: those of the host.</summary>
    public IReadOnlyList<CodecName> Codecs { get; init; } = [];

    /// <summary>Whether its media is encrypted.</summary>
    public SrtpMode Srtp { get; init; } = SrtpMode.Optional;

    /// <summary>The number that the outside sees when this user calls, in E.164 with +; null: none of its own.</summary>
    public string? CallerId { get; init; }

    /// <summary>Hashes a password for <paramref name="realm"/>; the password itself is forgotten.</summary>
    public static User WithPassword(string name, string displayName, string realm, string password)
    {
        byte[] secret = Encoding.UTF8.GetBytes($"{name}:{realm}:{password}");
#pragma warning disable CA5351 // RFC 7616 keeps MD5 for phones that know nothing else.
        string md5 = Convert.ToHexStringLower(MD5.HashData(secret));
#pragma warning restore CA5351
        return new User(name, displayName, realm, md5, Convert.ToHexStringLower(SHA256.HashData(secret)));
    }
}
