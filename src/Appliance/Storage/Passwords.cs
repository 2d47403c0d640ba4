using System.Security.Cryptography;

namespace Tandem.Storage;

/// <summary>Makes passwords for phones: 95 bits, no characters that look alike on paper.</summary>
public static class Passwords
{
    private const string Alphabet = "abcdefghijkmnpqrstuvwxyz23456789";

    public static string Generate() => RandomNumberGenerator.GetString(Alphabet, 19);
}
