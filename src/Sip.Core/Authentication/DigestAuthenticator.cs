using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Sip.Core.Authentication;

/// <summary>The server side of digest authentication for one realm: RFC 3261 §22, RFC 7616, RFC 8760; qop=auth only.</summary>
/// <remarks>
/// A nonce is its time of birth, a serial number and an HMAC over both, so nothing is kept for those who never answer. Works the same
/// steps for users that exist and users that do not. Not thread-safe: one owner.
/// <para>
/// The digest-uri is not compared with the Request-URI: proxies rewrite that (§22.4, 5), sipp writes its target's address. Nonce counts
/// keep a captured request from being used again for anything else.
/// </para>
/// </remarks>
public sealed class DigestAuthenticator
{
    const int TimeBytes = 6, SerialBytes = 6, TagBytes = 12, NonceBytes = TimeBytes + SerialBytes + TagBytes,
        NonceChars = NonceBytes / 3 * 4;

    readonly NonceKey _key;
    readonly byte[] _realm;
    readonly NonceUses _uses;
    readonly DigestSecret _nobody;
    long _serial;

    /// <summary>Seconds of a nonce's life; then credentials with it are stale.</summary>
    public TimeSpan NonceLifetime { get; }

    public ReadOnlySpan<byte> Realm => _realm;

    /// <summary>
    /// <paramref name="key"/>: at least 16 random bytes, made anew at each start. <paramref name="nonceLifetime"/>: by default 5 minutes.
    /// <paramref name="rememberedNonces"/>: how many nonces in use are told apart at most.
    /// </summary>
    public DigestAuthenticator(string realm, ReadOnlySpan<byte> key, TimeSpan? nonceLifetime = null, int rememberedNonces = 65536)
    {
        ArgumentNullException.ThrowIfNull(realm);
        ArgumentOutOfRangeException.ThrowIfLessThan(key.Length, 16);
        if (realm.AsSpan().IndexOfAny("\"\\\r\n") >= 0) throw new ArgumentException("A realm holds no quotes, backslashes or line breaks.", nameof(realm));
        _realm = Encoding.UTF8.GetBytes(realm);
        _key = new NonceKey(key);
        NonceLifetime = nonceLifetime ?? TimeSpan.FromMinutes(5);
        _uses = new NonceUses(rememberedNonces, NonceLifetime);
        _nobody = DigestSecret.FromPassword("", realm, Convert.ToHexString(key));
    }

    /// <summary>Nonces whose counts are remembered.</summary>
    public int RememberedNonces => _uses.Count;

    /// <summary>A WWW-Authenticate or Proxy-Authenticate value with a fresh nonce.</summary>
    /// <param name="algorithm">One challenge names one hash (RFC 8760 §2.4).</param>
    /// <param name="stale">The credentials were right but for their nonce.</param>
    /// <param name="now">Monotonic; the same clock for every call.</param>
    /// <param name="peer">Whom it is for: with another's the nonce is none of ours.</param>
    public string Challenge(DigestAlgorithm algorithm, bool stale, TimeSpan now, long peer = 0)
    {
        Span<byte> nonce = stackalloc byte[NonceChars];
        WriteNonce(nonce, now, peer);
        return string.Concat("Digest realm=\"", Encoding.UTF8.GetString(_realm), "\", nonce=\"", Encoding.ASCII.GetString(nonce))
            + (algorithm == DigestAlgorithm.Md5 ? "\", algorithm=MD5, qop=\"auth\"" : "\", algorithm=SHA-256, qop=\"auth\"")
            + (stale ? ", stale=true" : "");
    }

    /// <summary>Checks credentials against what is kept of the user's password; null where there is no such user.</summary>
    /// <param name="peer">As given to <see cref="Challenge"/>.</param>
    /// <returns>Wrong only where the nonce went to that peer before: nobody can fail in another's name, and nobody tries a password without
    /// it being counted.</returns>
    public DigestOutcome Verify(in DigestCredentials credentials, DigestSecret? secret, ReadOnlySpan<byte> method, TimeSpan now, long peer = 0)
    {
        if (!Ascii.EqualsIgnoreCase(credentials.Qop, "auth"u8) || !credentials.TryAlgorithm(out DigestAlgorithm algorithm))
            return DigestOutcome.Unacceptable;
        if (credentials.Nc.Length != 8 || credentials.Cnonce.IsEmpty
            || !Utf8Parser.TryParse(credentials.Nc, out uint count, out int used, 'x') || used != 8 || count == 0)
            return DigestOutcome.Unacceptable;

        ReadOnlySpan<byte> ha1 = (secret ?? _nobody).For(algorithm);
        int hex = DigestHash.HexLength(algorithm);
        bool known = secret is not null & ha1.Length == hex;
        if (ha1.Length != hex) ha1 = _nobody.For(algorithm);
        Span<byte> expected = stackalloc byte[hex];
        if (!DigestHash.TryResponse(algorithm, ha1, credentials.Nonce, credentials.Nc, credentials.Cnonce, method, credentials.Uri,
            expected))
            return DigestOutcome.Unacceptable;
        bool right = CryptographicOperations.FixedTimeEquals(expected, credentials.Response) & known;
        bool ours = TryReadNonce(credentials.Nonce, now, peer, out long serial);
        if (!ours) return DigestOutcome.Stale;
        if (!right) return DigestOutcome.Wrong;
        return _uses.TryUse(serial, count, now) ? DigestOutcome.Ok : DigestOutcome.Stale;
    }

    void WriteNonce(Span<byte> to, TimeSpan now, long peer)
    {
        Span<byte> nonce = stackalloc byte[NonceBytes + 2];
        BinaryPrimitives.WriteInt64BigEndian(nonce, (long)now.TotalMilliseconds << 16);
        BinaryPrimitives.WriteInt64BigEndian(nonce[TimeBytes..], _serial++ << 16);
        Tag(nonce[..(TimeBytes + SerialBytes)], peer, nonce.Slice(TimeBytes + SerialBytes, TagBytes));
        Base64Url.TryEncodeToUtf8(nonce[..NonceBytes], to, out _);
    }

    /// <summary>False for a nonce that is not ours (forged, or made before a restart) or too old.</summary>
    bool TryReadNonce(ReadOnlySpan<byte> text, TimeSpan now, long peer, out long serial)
    {
        serial = 0;
        Span<byte> nonce = stackalloc byte[NonceBytes], tag = stackalloc byte[TagBytes];
        // TryDecodeFromUtf8 throws on a character that is not base64; this one says so.
        if (text.Length != NonceChars || Base64Url.DecodeFromUtf8(text, nonce, out _, out int length) != OperationStatus.Done
            || length != NonceBytes) return false;
        Tag(nonce[..(TimeBytes + SerialBytes)], peer, tag);
        if (!CryptographicOperations.FixedTimeEquals(tag, nonce[(TimeBytes + SerialBytes)..])) return false;
        serial = BinaryPrimitives.ReadInt64BigEndian(nonce[TimeBytes..]) >>> 16;
        long born = BinaryPrimitives.ReadInt64BigEndian(nonce) >>> 16;
        return now.TotalMilliseconds - born <= NonceLifetime.TotalMilliseconds;
    }

    void Tag(ReadOnlySpan<byte> data, long peer, Span<byte> tag)
    {
        Span<byte> hash = stackalloc byte[Sha256.DigestLength], whole = stackalloc byte[TimeBytes + SerialBytes + sizeof(long)];
        data.CopyTo(whole);
        BinaryPrimitives.WriteInt64BigEndian(whole[data.Length..], peer);
        _key.Sign(whole, hash);
        hash[..tag.Length].CopyTo(tag);
    }
}
