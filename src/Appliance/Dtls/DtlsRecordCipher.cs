using System.Buffers.Binary;
using System.Security.Cryptography;
using Org.BouncyCastle.Tls;
using Org.BouncyCastle.Tls.Crypto;
using Org.BouncyCastle.Tls.Crypto.Impl;

namespace Tandem.Dtls;

/// <summary>
/// Protects the few records that an association has under its keys, its last flights and alerts: AES-GCM (RFC 5288) or ChaCha20-Poly1305 (RFC 7905).
/// </summary>
/// <remarks>
/// It holds keys and counters, nothing else of the handshake: BouncyCastle's own keeps all of that alive for as long as the call lasts.
/// One thread at a time.
/// </remarks>
internal sealed class DtlsRecordCipher : TlsCipher
{
    public const int TagLength = 16;

    private const int NonceLength = 12, GcmSaltLength = 4, GcmExplicitLength = 8, AdditionalLength = 13;

    private readonly bool _isChaCha;
    private readonly byte[] _sendKey, _sendSalt, _receiveKey, _receiveSalt;

    private DtlsRecordCipher(TlsCryptoParameters parameters, bool isChaCha, int keyLength)
    {
        int saltLength = isChaCha ? NonceLength : GcmSaltLength;
        Span<byte> block = stackalloc byte[2 * (keyLength + saltLength)];    // RFC 5246 §6.3, without keys of MACs
        TlsImplUtilities.CalculateKeyBlock(parameters, block);
        byte[] clientKey = block[..keyLength].ToArray(), serverKey = block[keyLength..][..keyLength].ToArray();
        byte[] clientSalt = block[(2 * keyLength)..][..saltLength].ToArray(), serverSalt = block[(2 * keyLength + saltLength)..].ToArray();
        block.Clear();
        _isChaCha = isChaCha;
        (_sendKey, _sendSalt, _receiveKey, _receiveSalt) =
            parameters.IsServer ? (serverKey, serverSalt, clientKey, clientSalt) : (clientKey, clientSalt, serverKey, serverSalt);
    }

    /// <summary>Epoch and sequence number of the newest record that was sent.</summary>
    public long LastSent { get; private set; } = -1;

    /// <summary>The same of those received, of which only authentic ones count.</summary>
    public long LastReceived { get; private set; } = -1;

    public bool UsesOpaqueRecordType => false;

    private int ExplicitLength => _isChaCha ? 0 : GcmExplicitLength;

    /// <returns>Null: it is another kind of cipher.</returns>
    public static DtlsRecordCipher? TryCreate(TlsCryptoParameters parameters, int encryptionAlgorithm) => encryptionAlgorithm switch
    {
        EncryptionAlgorithm.AES_128_GCM => new DtlsRecordCipher(parameters, isChaCha: false, 16),
        EncryptionAlgorithm.AES_256_GCM => new DtlsRecordCipher(parameters, isChaCha: false, 32),
        EncryptionAlgorithm.CHACHA20_POLY1305 => new DtlsRecordCipher(parameters, isChaCha: true, 32),
        _ => null,
    };

    public int GetCiphertextDecodeLimit(int plaintextLimit) => plaintextLimit + ExplicitLength + TagLength;

    public int GetCiphertextEncodeLimit(int plaintextLength, int plaintextLimit) => Math.Min(plaintextLength, plaintextLimit) + ExplicitLength + TagLength;

    public int GetPlaintextLimit(int ciphertextLimit) => ciphertextLimit - ExplicitLength - TagLength;

    public TlsEncodeResult EncodePlaintext(
        long seqNo, short contentType, ProtocolVersion recordVersion, int headerAllocation, byte[] plaintext, int offset, int len) =>
        EncodePlaintext(seqNo, contentType, recordVersion, headerAllocation, plaintext.AsSpan(offset, len));

    public TlsEncodeResult EncodePlaintext(
        long seqNo, short contentType, ProtocolVersion recordVersion, int headerAllocation, ReadOnlySpan<byte> plaintext)
    {
        var record = new byte[headerAllocation + GetCiphertextDecodeLimit(plaintext.Length)];
        Span<byte> body = record.AsSpan(headerAllocation), nonce = stackalloc byte[NonceLength], additional = stackalloc byte[AdditionalLength];
        // RFC 5288 §3: the explicit part may be the sequence number.
        if (!_isChaCha) BinaryPrimitives.WriteInt64BigEndian(body, seqNo);
        WriteNonce(_sendSalt, body, seqNo, nonce);
        WriteAdditional(seqNo, contentType, recordVersion, plaintext.Length, additional);
        Span<byte> encrypted = body.Slice(ExplicitLength, plaintext.Length), tag = body[^TagLength..];
        if (_isChaCha)
        {
            using var cipher = new ChaCha20Poly1305(_sendKey);
            cipher.Encrypt(nonce, plaintext, encrypted, tag, additional);
        }
        else
        {
            using var cipher = new AesGcm(_sendKey, TagLength);
            cipher.Encrypt(nonce, plaintext, encrypted, tag, additional);
        }
        LastSent = Math.Max(LastSent, seqNo);
        return new TlsEncodeResult(record, 0, record.Length, contentType);
    }

    public TlsDecodeResult DecodeCiphertext(long seqNo, short recordType, ProtocolVersion recordVersion, byte[] ciphertext, int offset, int len)
    {
        var plaintext = new byte[Math.Max(0, GetPlaintextLimit(len))];
        return TryDecode(seqNo, recordType, recordVersion, ciphertext.AsSpan(offset, len), plaintext)
            ? new TlsDecodeResult(plaintext, 0, plaintext.Length, recordType)
            : throw new TlsFatalAlert(AlertDescription.bad_record_mac);
    }

    /// <summary>Verifies and decrypts.</summary>
    /// <param name="seqNo">Epoch and sequence number.</param>
    /// <param name="recordType">Of the record.</param>
    /// <param name="recordVersion">The same.</param>
    /// <param name="body">Of the record, behind its header.</param>
    /// <param name="plaintext">As long as <see cref="GetPlaintextLimit"/> says.</param>
    /// <returns>False: it is not authentic; <paramref name="plaintext"/> holds nothing then.</returns>
    public bool TryDecode(long seqNo, short recordType, ProtocolVersion recordVersion, ReadOnlySpan<byte> body, Span<byte> plaintext)
    {
        int length = GetPlaintextLimit(body.Length);
        if (length < 0) return false;
        Span<byte> nonce = stackalloc byte[NonceLength], additional = stackalloc byte[AdditionalLength];
        WriteNonce(_receiveSalt, body, seqNo, nonce);
        WriteAdditional(seqNo, recordType, recordVersion, length, additional);
        ReadOnlySpan<byte> encrypted = body.Slice(ExplicitLength, length), tag = body[^TagLength..];
        try
        {
            if (_isChaCha)
            {
                using var cipher = new ChaCha20Poly1305(_receiveKey);
                cipher.Decrypt(nonce, encrypted, tag, plaintext[..length], additional);
            }
            else
            {
                using var cipher = new AesGcm(_receiveKey, TagLength);
                cipher.Decrypt(nonce, encrypted, tag, plaintext[..length], additional);
            }
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
        LastReceived = Math.Max(LastReceived, seqNo);
        return true;
    }

    public void RekeyDecoder() => throw new TlsFatalAlert(AlertDescription.internal_error);    // TLS 1.3 has it

    public void RekeyEncoder() => throw new TlsFatalAlert(AlertDescription.internal_error);

    private static void WriteAdditional(long seqNo, short type, ProtocolVersion version, int length, Span<byte> output)
    {
        BinaryPrimitives.WriteInt64BigEndian(output, seqNo);
        (output[8], output[9], output[10]) = ((byte)type, (byte)version.MajorVersion, (byte)version.MinorVersion);
        BinaryPrimitives.WriteUInt16BigEndian(output[11..], (ushort)length);
    }

    private void WriteNonce(ReadOnlySpan<byte> salt, ReadOnlySpan<byte> body, long seqNo, Span<byte> nonce)
    {
        if (!_isChaCha)
        {
            salt.CopyTo(nonce);
            body[..GcmExplicitLength].CopyTo(nonce[GcmSaltLength..]);
            return;
        }
        nonce.Clear();
        BinaryPrimitives.WriteInt64BigEndian(nonce[^8..], seqNo);
        for (int i = 0; i < nonce.Length; i++) nonce[i] ^= salt[i];
    }
}
