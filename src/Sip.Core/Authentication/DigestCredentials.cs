using System.Text;
using Sip.Core.Grammar;
using Sip.Core.Messages;

namespace Sip.Core.Authentication;

/// <summary>An Authorization or Proxy-Authorization value of scheme Digest (RFC 7616 §3.4), borrowed from the message.</summary>
public ref struct DigestCredentials
{
    /// <summary>As it stood in quotes; see <see cref="GetUser"/>.</summary>
    public ReadOnlySpan<byte> Username { get; private set; }
    public ReadOnlySpan<byte> Realm { get; private set; }
    public ReadOnlySpan<byte> Nonce { get; private set; }
    public ReadOnlySpan<byte> Uri { get; private set; }
    public ReadOnlySpan<byte> Response { get; private set; }
    public ReadOnlySpan<byte> Cnonce { get; private set; }
    public ReadOnlySpan<byte> Nc { get; private set; }
    public ReadOnlySpan<byte> Qop { get; private set; }

    /// <summary>Empty means MD5.</summary>
    public ReadOnlySpan<byte> AlgorithmName { get; private set; }

    /// <summary>False for another scheme, or without the parameters that every digest has.</summary>
    public static bool TryParse(ReadOnlySpan<byte> value, out DigestCredentials credentials)
    {
        credentials = default;
        if (!SipAuthParameters.TryParse(value, out SipAuthParameters all) || !all.IsDigest) return false;
        while (all.MoveNext())
        {
            if (Is(all.Name, "username"u8)) credentials.Username = all.Value;
            else if (Is(all.Name, "realm"u8)) credentials.Realm = all.Value;
            else if (Is(all.Name, "nonce"u8)) credentials.Nonce = all.Value;
            else if (Is(all.Name, "uri"u8)) credentials.Uri = all.Value;
            else if (Is(all.Name, "response"u8)) credentials.Response = all.Value;
            else if (Is(all.Name, "cnonce"u8)) credentials.Cnonce = all.Value;
            else if (Is(all.Name, "nc"u8)) credentials.Nc = all.Value;
            else if (Is(all.Name, "qop"u8)) credentials.Qop = all.Value;
            else if (Is(all.Name, "algorithm"u8)) credentials.AlgorithmName = all.Value;
        }
        return !all.Malformed && !credentials.Username.IsEmpty && !credentials.Nonce.IsEmpty && !credentials.Uri.IsEmpty
            && !credentials.Response.IsEmpty;
    }

    /// <summary>Picks the credentials for <paramref name="realm"/> out of a request that may carry several (RFC 3261 §22.3).</summary>
    public static bool TryFind(SipMessage request, SipHeaderId header, ReadOnlySpan<byte> realm, out DigestCredentials credentials)
    {
        ArgumentNullException.ThrowIfNull(request);
        foreach (ReadOnlySpan<byte> value in request.All(header))
            if (TryParse(value, out credentials) && credentials.Realm.SequenceEqual(realm)) return true;
        credentials = default;
        return false;
    }

    /// <summary>The hash that the client chose; false for one that we do not speak.</summary>
    public readonly bool TryAlgorithm(out DigestAlgorithm algorithm)
    {
        algorithm = Is(AlgorithmName, "SHA-256"u8) ? DigestAlgorithm.Sha256 : DigestAlgorithm.Md5;
        return algorithm == DigestAlgorithm.Sha256 || AlgorithmName.IsEmpty || Is(AlgorithmName, "MD5"u8);
    }

    /// <summary>The user's name with escapes resolved. Allocates.</summary>
    public readonly string GetUser()
    {
        byte[] plain = new byte[Username.Length];
        return Encoding.UTF8.GetString(plain, 0, SipGrammar.Unquote(Username, plain));
    }

    static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> known) => Ascii.EqualsIgnoreCase(name, known);
}
