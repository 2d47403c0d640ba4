using System.Buffers.Binary;
using Srtp.Ciphers;

namespace Srtp;

/// <summary>Protects the RTCP that one side sends under one master key: RFC 3711 §3.4, RFC 7714 §9. Always encrypted.</summary>
public sealed class SrtcpSender : IDisposable
{
    private const uint LastIndex = 0x7FFF_FFFF;

    private readonly PacketCipher _cipher;
    private uint _index;

    /// <inheritdoc cref="SrtpSender(ProfileParameters, ReadOnlySpan{byte}, CipherBackend)"/>
    public SrtcpSender(ProfileParameters profile, ReadOnlySpan<byte> masterKeyAndSalt, CipherBackend backend = CipherBackend.Automatic)
        : this(PacketCipher.Create(profile, masterKeyAndSalt, rtcp: true, backend), firstIndex: 0)
    {
    }

    internal SrtcpSender(PacketCipher cipher, uint firstIndex) => (_cipher, _index) = (cipher, firstIndex);

    /// <summary>Bytes that a packet grows by.</summary>
    public int Overhead => _cipher.TagLength + PacketCipher.RtcpIndexLength;

    /// <summary>Encrypts and signs a compound packet in place.</summary>
    /// <param name="buffer">The packet and, behind it, room for <see cref="Overhead"/> bytes.</param>
    /// <param name="plainLength">Of the packet.</param>
    /// <param name="protectedLength">Of what is to be sent; 0 on refusal.</param>
    public SrtpResult TryProtect(Span<byte> buffer, int plainLength, out int protectedLength)
    {
        protectedLength = 0;
        if (plainLength < PacketCipher.RtcpHeaderLength) return SrtpResult.Malformed;
        if (buffer.Length - plainLength < Overhead) return SrtpResult.NoRoom;
        if (_index > LastIndex) return SrtpResult.KeyExhausted;
        // One count for all sources of ours: an index is never used twice, by whichever of them.
        _cipher.ProtectRtcp(buffer, plainLength, BinaryPrimitives.ReadUInt32BigEndian(buffer[4..]), _index++);
        protectedLength = plainLength + Overhead;
        return SrtpResult.Ok;
    }

    /// <summary>Forgets the key.</summary>
    public void Dispose() => _cipher.Dispose();
}
