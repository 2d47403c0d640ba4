using System.Buffers.Binary;
using System.Runtime.Intrinsics;

namespace Srtp.Ciphers;

/// <summary>What a profile does with one packet under given session keys, in place. Knows no state but the keys.</summary>
internal abstract class PacketCipher : IDisposable
{
    /// <summary>SRTCP's flag "encrypted" before its 31-bit index (RFC 3711 §3.4).</summary>
    public const uint EncryptedFlag = 0x8000_0000;

    public const int RtcpHeaderLength = 8, RtcpIndexLength = 4;

    /// <summary>The cipher of one direction of RTP or RTCP.</summary>
    /// <param name="profile">Which.</param>
    /// <param name="masterKeyAndSalt">As SDES writes them: the key and, behind it, the salt.</param>
    /// <param name="rtcp">For RTCP.</param>
    /// <param name="backend">Who computes.</param>
    public static PacketCipher Create(ProfileParameters profile, ReadOnlySpan<byte> masterKeyAndSalt, bool rtcp, CipherBackend backend)
    {
        if (masterKeyAndSalt.Length != profile.KeyLength + profile.SaltLength)
            throw new ArgumentException($"{profile.SuiteName} has a key and salt of {profile.KeyLength + profile.SaltLength} bytes.", nameof(masterKeyAndSalt));
        using SessionKeys keys = SessionKeys.Derive(profile, masterKeyAndSalt, rtcp, backend);
        return Create(keys, rtcp ? profile.RtcpTagLength : profile.RtpTagLength, backend);
    }

    /// <inheritdoc cref="Create(ProfileParameters, ReadOnlySpan{byte}, bool, CipherBackend)"/>
    public static PacketCipher Create(SessionKeys keys, int tagLength, CipherBackend backend) => keys.Authentication.IsEmpty
        ? new GaloisPacketCipher(keys, backend)
        : new CounterPacketCipher(keys, tagLength, backend);

    /// <summary>Behind each packet.</summary>
    public abstract int TagLength { get; }

    /// <summary>Encrypts and writes the tag.</summary>
    /// <param name="packet">The plain packet and, behind it, room for the tag.</param>
    /// <param name="headerLength">Where the payload starts.</param>
    /// <param name="length">Of the plain packet.</param>
    /// <param name="ssrc">From the header.</param>
    /// <param name="index">48 bits.</param>
    public abstract void ProtectRtp(Span<byte> packet, int headerLength, int length, uint ssrc, long index);

    /// <summary>Verifies and decrypts.</summary>
    /// <param name="packet">The whole packet with its tag.</param>
    /// <param name="headerLength">Where the payload starts.</param>
    /// <param name="ssrc">From the header.</param>
    /// <param name="index">48 bits, estimated.</param>
    /// <returns>False: not authentic.</returns>
    public abstract bool UnprotectRtp(Span<byte> packet, int headerLength, uint ssrc, long index);

    /// <summary>Encrypts all but the first eight bytes, writes index and tag.</summary>
    /// <param name="packet">The plain compound and, behind it, room for both.</param>
    /// <param name="length">Of the plain compound.</param>
    /// <param name="ssrc">Of its sender.</param>
    /// <param name="index">31 bits.</param>
    public abstract void ProtectRtcp(Span<byte> packet, int length, uint ssrc, uint index);

    /// <summary>Verifies, and decrypts where the flag says that it is encrypted.</summary>
    /// <param name="packet">The whole packet with index and tag.</param>
    /// <param name="ssrc">Of its sender.</param>
    /// <param name="flagAndIndex">As the packet has it.</param>
    /// <returns>False: not authentic.</returns>
    public abstract bool UnprotectRtcp(Span<byte> packet, uint ssrc, uint flagAndIndex);

    /// <summary>Flag and index of an SRTCP packet, wherever the profile puts them.</summary>
    public abstract uint ReadRtcpIndex(ReadOnlySpan<byte> packet);

    /// <summary>Reads what a packet will need, so that it lies in the processor's cache by then.</summary>
    /// <returns>A number without meaning, for the reads not to be left out.</returns>
    public abstract long Touch();

    public abstract void Dispose();

    /// <summary>A salt as the block that SSRC and index are added to.</summary>
    protected static Vector128<byte> SaltBlock(ReadOnlySpan<byte> salt)
    {
        Span<byte> block = stackalloc byte[Vector128<byte>.Count];
        block.Clear();
        salt.CopyTo(block);
        return Vector128.Create<byte>(block);
    }

    /// <summary>A block out of its two halves as numbers.</summary>
    protected static Vector128<byte> Block(ulong first, ulong second) =>
        Vector128.Create(BinaryPrimitives.ReverseEndianness(first), BinaryPrimitives.ReverseEndianness(second)).AsByte();
}
