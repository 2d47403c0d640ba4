using System.Text;
using Sip.Core.Grammar;
using Sip.Core.Messages;

namespace Sip.Core.Authentication;

/// <summary>The client side: answers a 401 or 407 (RFC 3261 §22.2). Picks SHA-256 where it is offered (RFC 8760 §2.4), qop=auth.</summary>
public static class DigestClient
{
    /// <summary>Writes Authorization or Proxy-Authorization for the next attempt, one for each realm that challenged.</summary>
    /// <param name="writer">In the header section of the new request.</param>
    /// <param name="response">The 401 or 407.</param>
    /// <param name="user">User name.</param>
    /// <param name="password">Password.</param>
    /// <param name="method">Method of the new request.</param>
    /// <param name="uri">Its Request-URI.</param>
    /// <param name="cnonce">Fresh random text without quotes.</param>
    /// <returns>False when nothing in the challenges can be answered.</returns>
    public static bool TryAnswer(scoped ref SipWriter writer, SipMessage response, string user, string password, SipMethod method,
        ReadOnlySpan<byte> uri, ReadOnlySpan<byte> cnonce)
    {
        ArgumentNullException.ThrowIfNull(response);
        SipHeaderId asked = response.StatusCode == 407 ? SipHeaderId.ProxyAuthenticate : SipHeaderId.WwwAuthenticate;
        bool answered = false;
        Span<byte> all = stackalloc byte[64];
        foreach (ReadOnlySpan<byte> value in response.All(asked))
        {
            if (!TryRead(value, out ReadOnlySpan<byte> realm, out ReadOnlySpan<byte> nonce, out ReadOnlySpan<byte> opaque,
                out DigestAlgorithm algorithm)
                || (algorithm == DigestAlgorithm.Md5 && OffersSha256(response, asked, realm))) continue;
            DigestSecret secret = DigestSecret.FromPassword(user, Encoding.UTF8.GetString(realm), password);
            Span<byte> hex = all[..DigestHash.HexLength(algorithm)];
            ReadOnlySpan<byte> name = SipMethods.NameOf(method);
            if (!DigestHash.TryResponse(algorithm, secret.For(algorithm), nonce, "00000001"u8, cnonce, name, uri, hex)) continue;
            writer.BeginHeader(asked == SipHeaderId.ProxyAuthenticate ? SipHeaderId.ProxyAuthorization : SipHeaderId.Authorization);
            writer.Text("Digest username="u8);
            writer.Quoted(Encoding.UTF8.GetBytes(user));
            Quote(ref writer, ", realm=\""u8, realm);
            Quote(ref writer, ", nonce=\""u8, nonce);
            Quote(ref writer, ", uri=\""u8, uri);
            Quote(ref writer, ", response=\""u8, hex);
            Quote(ref writer, ", cnonce=\""u8, cnonce);
            if (!opaque.IsEmpty) Quote(ref writer, ", opaque=\""u8, opaque);
            writer.Text(", qop=auth, nc=00000001, algorithm="u8);
            writer.Text(algorithm == DigestAlgorithm.Md5 ? "MD5"u8 : "SHA-256"u8);
            writer.EndHeader();
            answered = true;
        }
        return answered;
    }

    static void Quote(scoped ref SipWriter writer, scoped ReadOnlySpan<byte> before, scoped ReadOnlySpan<byte> asReceived)
    {
        writer.Text(before);
        writer.Text(asReceived);
        writer.Text("\""u8);
    }

    static bool OffersSha256(SipMessage response, SipHeaderId asked, ReadOnlySpan<byte> realm)
    {
        foreach (ReadOnlySpan<byte> value in response.All(asked))
            if (TryRead(value, out ReadOnlySpan<byte> other, out _, out _, out DigestAlgorithm algorithm)
                && algorithm == DigestAlgorithm.Sha256 && other.SequenceEqual(realm)) return true;
        return false;
    }

    static bool TryRead(ReadOnlySpan<byte> value, out ReadOnlySpan<byte> realm, out ReadOnlySpan<byte> nonce, out ReadOnlySpan<byte> opaque,
        out DigestAlgorithm algorithm)
    {
        realm = nonce = opaque = default;
        algorithm = DigestAlgorithm.Md5;
        if (!SipAuthParameters.TryParse(value, out SipAuthParameters all) || !all.IsDigest) return false;
        bool auth = false;
        while (all.MoveNext())
        {
            if (Ascii.EqualsIgnoreCase(all.Name, "realm"u8)) realm = all.Value;
            else if (Ascii.EqualsIgnoreCase(all.Name, "nonce"u8)) nonce = all.Value;
            else if (Ascii.EqualsIgnoreCase(all.Name, "opaque"u8)) opaque = all.Value;
            else if (Ascii.EqualsIgnoreCase(all.Name, "qop"u8)) auth = HasAuth(all.Value);
            else if (Ascii.EqualsIgnoreCase(all.Name, "algorithm"u8))
            {
                if (Ascii.EqualsIgnoreCase(all.Value, "SHA-256"u8)) algorithm = DigestAlgorithm.Sha256;
                else if (!Ascii.EqualsIgnoreCase(all.Value, "MD5"u8)) return false;
            }
        }
        return auth && !nonce.IsEmpty && !all.Malformed;
    }

    static bool HasAuth(ReadOnlySpan<byte> qop)
    {
        foreach (Range option in qop.Split((byte)','))
            if (Ascii.EqualsIgnoreCase(SipGrammar.Trim(qop[option]), "auth"u8)) return true;
        return false;
    }
}
