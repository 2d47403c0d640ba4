using System.Security.Cryptography;

namespace Tandem.Media;

/// <summary>Our half of what ICE checks are told apart and signed by (RFC 8445 §5.3). The password is a secret: never logged.</summary>
/// <param name="UsernameFragment">Eight ice-chars, drawn by chance: a shared port finds the call by it.</param>
/// <param name="Password">Twenty-four ice-chars, 144 bits.</param>
public sealed record IceCredentials(string UsernameFragment, string Password)
{
    private const int UsernameFragmentBytes = 6, PasswordBytes = 18;

    /// <summary>New ones that an outsider cannot guess. Any thread.</summary>
    internal static IceCredentials Create()
    {
        Span<byte> random = stackalloc byte[UsernameFragmentBytes + PasswordBytes];
        SeedRandom.Fill(random);
        var made = new IceCredentials(Convert.ToBase64String(random[..UsernameFragmentBytes]), Convert.ToBase64String(random[UsernameFragmentBytes..]));
        CryptographicOperations.ZeroMemory(random);
        return made;
    }

    /// <inheritdoc/>
    public override string ToString() => UsernameFragment;
}
