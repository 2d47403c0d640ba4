using System.Buffers.Text;
using System.Text;
using Sip.Core.Grammar;
using Sip.Core.Messages;

namespace Sip.Core.Authentication;

/// <summary>The client side: answers 401 and 407 (RFC 3261 §22.2, §22.3), and later requests to the same peer before it asks.</summary>
/// <remarks>
/// Picks SHA-256 where it is offered (RFC 8760 §2.4). A challenge without qop is answered as RFC 2069 did: registrars in use still send
/// such. One realm only: whoever else asks gets nothing that a password could be guessed from. Not thread-safe: one owner.
/// </remarks>
public sealed class DigestClient(DigestLogin login)
{
    Challenge? _server, _proxy;

    /// <summary>The realm that is answered; null: none has asked yet.</summary>
    public string? Realm { get; private set; } = login.Realm;

    /// <summary>Takes the challenges of a 401 or 407.</summary>
    /// <param name="response">The 401 or 407. Whoever calls has seen to it that it came from where the request went.</param>
    /// <param name="tries">Of the request that it answers.</param>
    public DigestReply Take(SipMessage response, ref DigestTries tries)
    {
        ArgumentNullException.ThrowIfNull(response);
        bool proxy = response.StatusCode == 407;
        SipHeaderId asked = proxy ? SipHeaderId.ProxyAuthenticate : SipHeaderId.WwwAuthenticate;
        Challenge? best = null;
        bool stale = false, elsewhere = false;
        foreach (ReadOnlySpan<byte> value in response.All(asked))
        {
            if (!TryRead(value, out Challenge? read, out bool old)) continue;
            if ((Realm ?? best?.Realm) is { } ours && read!.Realm != ours)
            {
                elsewhere = true;
                continue;
            }
            if (best is not null && read!.Algorithm <= best.Algorithm) continue;
            (best, stale) = (read, old);
        }
        if (best is null) return elsewhere ? DigestReply.OtherRealm : DigestReply.Unknown;
        if (!tries.TryTake(proxy, stale)) return DigestReply.Refused;
        Realm ??= best.Realm;
        best.Secret = DigestSecret.FromPassword(login.User, best.Realm, login.Password);
        if (proxy) _proxy = best;
        else _server = best;
        return DigestReply.Answer;
    }

    /// <summary>Authorization and Proxy-Authorization for one request, as whole lines; empty before the first challenge.</summary>
    /// <param name="method">Method of the request.</param>
    /// <param name="uri">Its Request-URI.</param>
    /// <param name="cnonce">Fresh random text without quotes.</param>
    public byte[] Lines(SipMethod method, ReadOnlySpan<byte> uri, ReadOnlySpan<byte> cnonce)
    {
        if (_server is null && _proxy is null) return [];
        var writer = new SipWriter(new byte[2 * (DigestHash.MaxText + uri.Length)]);
        if (_server is { } server) Write(ref writer, SipHeaderId.Authorization, server, method, uri, cnonce);
        if (_proxy is { } proxy) Write(ref writer, SipHeaderId.ProxyAuthorization, proxy, method, uri, cnonce);
        return writer.Written.ToArray();
    }

    void Write(scoped ref SipWriter writer, SipHeaderId header, Challenge challenge, SipMethod method, ReadOnlySpan<byte> uri,
        ReadOnlySpan<byte> cnonce)
    {
        Span<byte> count = stackalloc byte[8], hex = stackalloc byte[64];
        hex = hex[..DigestHash.HexLength(challenge.Algorithm)];
        Utf8Formatter.TryFormat(++challenge.Count, count, out _, new System.Buffers.StandardFormat('x', 8));
        if (!DigestHash.TryResponse(challenge.Algorithm, challenge.Secret.For(challenge.Algorithm), challenge.Nonce,
            challenge.HasQop ? count : default, cnonce, SipMethods.NameOf(method), uri, hex)) return;
        writer.BeginHeader(header);
        writer.Text("Digest username="u8);
        writer.Quoted(Encoding.UTF8.GetBytes(login.User));
        Quote(ref writer, ", realm=\""u8, Encoding.UTF8.GetBytes(challenge.Realm));
        Quote(ref writer, ", nonce=\""u8, challenge.Nonce);
        Quote(ref writer, ", uri=\""u8, uri);
        Quote(ref writer, ", response=\""u8, hex);
        if (challenge.HasQop)
        {
            Quote(ref writer, ", cnonce=\""u8, cnonce);
            writer.Text(", qop=auth, nc="u8);
            writer.Text(count);
        }
        if (challenge.Opaque.Length > 0) Quote(ref writer, ", opaque=\""u8, challenge.Opaque);
        writer.Text(challenge.Algorithm == DigestAlgorithm.Md5 ? ", algorithm=MD5"u8 : ", algorithm=SHA-256"u8);
        writer.EndHeader();
    }

    static void Quote(scoped ref SipWriter writer, scoped ReadOnlySpan<byte> before, scoped ReadOnlySpan<byte> asReceived)
    {
        writer.Text(before);
        writer.Text(asReceived);
        writer.Text("\""u8);
    }

    static bool TryRead(ReadOnlySpan<byte> value, out Challenge? challenge, out bool stale)
    {
        challenge = null;
        stale = false;
        if (!SipAuthParameters.TryParse(value, out SipAuthParameters all) || !all.IsDigest) return false;
        ReadOnlySpan<byte> realm = default, nonce = default, opaque = default;
        DigestAlgorithm algorithm = DigestAlgorithm.Md5;
        bool qop = false, auth = false;
        while (all.MoveNext())
        {
            if (Is(all.Name, "realm"u8)) realm = all.Value;
            else if (Is(all.Name, "nonce"u8)) nonce = all.Value;
            else if (Is(all.Name, "opaque"u8)) opaque = all.Value;
            else if (Is(all.Name, "stale"u8)) stale = Is(all.Value, "true"u8);
            else if (Is(all.Name, "qop"u8)) (qop, auth) = (true, HasAuth(all.Value));
            else if (Is(all.Name, "algorithm"u8))
            {
                if (Is(all.Value, "SHA-256"u8)) algorithm = DigestAlgorithm.Sha256;
                else if (!Is(all.Value, "MD5"u8)) return false;
            }
        }
        if (all.Malformed || nonce.IsEmpty || qop != auth) return false;
        challenge = new Challenge(Encoding.UTF8.GetString(realm), nonce.ToArray(), opaque.ToArray(), algorithm, qop);
        return true;
    }

    static bool HasAuth(ReadOnlySpan<byte> qop)
    {
        foreach (Range option in qop.Split((byte)','))
            if (Is(SipGrammar.Trim(qop[option]), "auth"u8)) return true;
        return false;
    }

    static bool Is(ReadOnlySpan<byte> text, ReadOnlySpan<byte> known) => Ascii.EqualsIgnoreCase(text, known);

    sealed record Challenge(string Realm, byte[] Nonce, byte[] Opaque, DigestAlgorithm Algorithm, bool HasQop)
    {
        public DigestSecret Secret { get; set; }

        /// <summary>Requests that were answered with this nonce.</summary>
        public uint Count { get; set; }
    }
}
