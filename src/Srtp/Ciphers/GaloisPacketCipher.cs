using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Srtp.Ciphers;

/// <summary>AES-GCM: RFC 7714. SRTCP is packet, tag, flag and index.</summary>
internal sealed class GaloisPacketCipher : PacketCipher
{
    private readonly GaloisCounter _aes;
    private readonly Vector128<byte> _salt;

    public GaloisPacketCipher(SessionKeys keys, CipherBackend backend)
    {
        _aes = GaloisCounter.Create(keys.Encryption, backend);
        _salt = SaltBlock(keys.Salt);
    }

    public override int TagLength => GaloisCounter.TagLength;

    public override void ProtectRtp(Span<byte> packet, int headerLength, int length, uint ssrc, long index) =>
        _aes.Seal(First(ssrc, index), packet[..headerLength], packet[headerLength..length], packet.Slice(length, TagLength));

    public override bool UnprotectRtp(Span<byte> packet, int headerLength, uint ssrc, long index)
    {
        int length = packet.Length - TagLength;
        return _aes.Open(First(ssrc, index), packet[..headerLength], packet[headerLength..length], packet[length..]);
    }

    [SkipLocalsInit]
    public override void ProtectRtcp(Span<byte> packet, int length, uint ssrc, uint index)
    {
        BinaryPrimitives.WriteUInt32BigEndian(packet[(length + TagLength)..], EncryptedFlag | index);
        Span<byte> associated = stackalloc byte[RtcpHeaderLength + RtcpIndexLength];
        WriteAssociated(associated, packet, EncryptedFlag | index);
        _aes.Seal(First(ssrc, index), associated, packet[RtcpHeaderLength..length], packet.Slice(length, TagLength));
    }

    [SkipLocalsInit]
    public override bool UnprotectRtcp(Span<byte> packet, uint ssrc, uint flagAndIndex)
    {
        int length = packet.Length - RtcpIndexLength - TagLength;
        Vector128<byte> first = First(ssrc, flagAndIndex & ~EncryptedFlag);
        ReadOnlySpan<byte> tag = packet.Slice(length, TagLength);
        if ((flagAndIndex & EncryptedFlag) == 0) return IsAuthenticPlain(first, packet[..length], tag, flagAndIndex);
        Span<byte> associated = stackalloc byte[RtcpHeaderLength + RtcpIndexLength];
        WriteAssociated(associated, packet, flagAndIndex);
        return _aes.Open(first, associated, packet[RtcpHeaderLength..length], tag);
    }

    public override uint ReadRtcpIndex(ReadOnlySpan<byte> packet) => BinaryPrimitives.ReadUInt32BigEndian(packet[^RtcpIndexLength..]);

    public override long Touch() => unchecked(_salt.ToScalar() + _aes.Touch());

    public override void Dispose() => _aes.Dispose();

    /// <summary>RFC 7714 §8.1 and §9.1: two zero bytes, SSRC and 48 bits of index under the salt; then GCM's block counter.</summary>
    private Vector128<byte> First(uint ssrc, long index) =>
        _salt ^ Block((ulong)ssrc << 16 | (ulong)index >> 32, (ulong)index << 32 | 1);

    /// <summary>§9.2: the eight bytes that stay readable, then flag and index.</summary>
    private static void WriteAssociated(Span<byte> associated, ReadOnlySpan<byte> packet, uint flagAndIndex)
    {
        packet[..RtcpHeaderLength].CopyTo(associated);
        BinaryPrimitives.WriteUInt32BigEndian(associated[RtcpHeaderLength..], flagAndIndex);
    }

    /// <summary>§9.3: a packet that is not encrypted is associated data as a whole, with flag and index behind it.</summary>
    private bool IsAuthenticPlain(Vector128<byte> first, ReadOnlySpan<byte> plain, ReadOnlySpan<byte> tag, uint flagAndIndex)
    {
        Span<byte> associated = stackalloc byte[plain.Length + RtcpIndexLength];
        plain.CopyTo(associated);
        BinaryPrimitives.WriteUInt32BigEndian(associated[plain.Length..], flagAndIndex);
        return _aes.Open(first, associated, default, tag);
    }
}
