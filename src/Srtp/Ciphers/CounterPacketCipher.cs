using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace Srtp.Ciphers;

/// <summary>AES in counter mode with HMAC-SHA1: RFC 3711 §4.1.1 and §4.2.1. SRTCP is packet, flag and index, tag.</summary>
internal sealed class CounterPacketCipher : PacketCipher
{
    private const int RocLength = 4;

    private readonly CounterMode _aes;
    private HmacSha1 _hmac;
    private readonly Vector128<byte> _salt;

    public CounterPacketCipher(SessionKeys keys, int tagLength, CipherBackend backend)
    {
        _aes = CounterMode.Create(keys.Encryption, backend);
        _hmac = new HmacSha1(keys.Authentication);
        _salt = SaltBlock(keys.Salt);
        TagLength = tagLength;
    }

    public override int TagLength { get; }

    public override void ProtectRtp(Span<byte> packet, int headerLength, int length, uint ssrc, long index)
    {
        _aes.Xor(Counter(ssrc, index), packet[headerLength..length]);
        Authenticate(packet[..length], index, packet.Slice(length, TagLength));
    }

    public override bool UnprotectRtp(Span<byte> packet, int headerLength, uint ssrc, long index)
    {
        int length = packet.Length - TagLength;
        if (!IsAuthentic(packet[..length], index, packet[length..])) return false;
        _aes.Xor(Counter(ssrc, index), packet[headerLength..length]);
        return true;
    }

    public override void ProtectRtcp(Span<byte> packet, int length, uint ssrc, uint index)
    {
        _aes.Xor(Counter(ssrc, index), packet[RtcpHeaderLength..length]);
        BinaryPrimitives.WriteUInt32BigEndian(packet[length..], EncryptedFlag | index);
        Authenticate(packet[..(length + RtcpIndexLength)], packet.Slice(length + RtcpIndexLength, TagLength));
    }

    public override bool UnprotectRtcp(Span<byte> packet, uint ssrc, uint flagAndIndex)
    {
        int signed = packet.Length - TagLength;
        if (!IsAuthentic(packet[..signed], packet[signed..])) return false;
        if ((flagAndIndex & EncryptedFlag) != 0)
            _aes.Xor(Counter(ssrc, flagAndIndex & ~EncryptedFlag), packet[RtcpHeaderLength..(signed - RtcpIndexLength)]);
        return true;
    }

    public override uint ReadRtcpIndex(ReadOnlySpan<byte> packet) =>
        BinaryPrimitives.ReadUInt32BigEndian(packet[(packet.Length - TagLength - RtcpIndexLength)..]);

    public override long Touch() => unchecked(_hmac.Touch() + _salt.ToScalar() + _aes.Touch());

    public override void Dispose()
    {
        _aes.Dispose();
        _hmac.Dispose();
    }

    /// <summary>RFC 3711 §4.1.1: salt, SSRC and index where they do not meet, and a block counter of two bytes.</summary>
    private Vector128<byte> Counter(uint ssrc, long index) => _salt ^ Block(ssrc, (ulong)index << 16);

    /// <summary>§4.2: the roll-over counter, which no packet carries, is authenticated behind it.</summary>
    [SkipLocalsInit]
    private void Authenticate(ReadOnlySpan<byte> signed, long index, Span<byte> tag)
    {
        Span<byte> counter = stackalloc byte[RocLength], digest = stackalloc byte[HmacSha1.DigestLength];
        BinaryPrimitives.WriteUInt32BigEndian(counter, (uint)(index >> 16));
        _hmac.Compute(signed, counter, digest);
        digest[..tag.Length].CopyTo(tag);
    }

    [SkipLocalsInit]
    private void Authenticate(ReadOnlySpan<byte> signed, Span<byte> tag)
    {
        Span<byte> digest = stackalloc byte[HmacSha1.DigestLength];
        _hmac.Compute(signed, default, digest);
        digest[..tag.Length].CopyTo(tag);
    }

    [SkipLocalsInit]
    private bool IsAuthentic(ReadOnlySpan<byte> signed, long index, ReadOnlySpan<byte> tag)
    {
        Span<byte> expected = stackalloc byte[tag.Length];
        Authenticate(signed, index, expected);
        return CryptographicOperations.FixedTimeEquals(expected, tag);
    }

    [SkipLocalsInit]
    private bool IsAuthentic(ReadOnlySpan<byte> signed, ReadOnlySpan<byte> tag)
    {
        Span<byte> expected = stackalloc byte[tag.Length];
        Authenticate(signed, expected);
        return CryptographicOperations.FixedTimeEquals(expected, tag);
    }
}
