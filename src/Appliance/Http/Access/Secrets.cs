using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Tandem.Http.Access;

/// <summary>Secrets that we make: 256 random bits. A plain hash of one is enough to know it by and tells nothing of it.</summary>
internal static class Secrets
{
    public static string Make() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    public static bool AreEqual(string one, string other) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one), Encoding.UTF8.GetBytes(other));
}
