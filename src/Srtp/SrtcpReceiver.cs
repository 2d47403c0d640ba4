using System.Buffers.Binary;
using Srtp.Ciphers;

namespace Srtp;

/// <summary>Verifies and decrypts the RTCP that comes under one master key: RFC 3711 §3.4, RFC 7714 §9.</summary>
/// <remarks>A packet that is signed but not encrypted is taken, as its flag allows. Its index moves the window only after the tag verifies.</remarks>
public sealed class SrtcpReceiver : IDisposable
{
    private readonly SourceTable _sources = new();
    private readonly PacketCipher _cipher;

    /// <inheritdoc cref="SrtpSender(ProfileParameters, ReadOnlySpan{byte}, CipherBackend)"/>
    public SrtcpReceiver(ProfileParameters profile, ReadOnlySpan<byte> masterKeyAndSalt, CipherBackend backend = CipherBackend.Automatic)
        : this(PacketCipher.Create(profile, masterKeyAndSalt, rtcp: true, backend))
    {
    }

    internal SrtcpReceiver(PacketCipher cipher) => _cipher = cipher;

    /// <summary>Verifies and decrypts one compound packet in place.</summary>
    /// <param name="packet">The whole datagram.</param>
    /// <param name="plainLength">Bytes of plain RTCP at the start of <paramref name="packet"/>; 0 on failure, and the bytes are then of no use.</param>
    /// <returns><see cref="SrtpResult.Ok"/>, or why the packet must be dropped. Never throws on wire input.</returns>
    public SrtpResult TryUnprotect(Span<byte> packet, out int plainLength)
    {
        plainLength = 0;
        int length = packet.Length - _cipher.TagLength - PacketCipher.RtcpIndexLength;
        if (length < PacketCipher.RtcpHeaderLength || packet[0] >> 6 != 2) return SrtpResult.Malformed;
        uint ssrc = BinaryPrimitives.ReadUInt32BigEndian(packet[4..]), flagAndIndex = _cipher.ReadRtcpIndex(packet);
        SourceTable.Source source = _sources.Find(ssrc);
        long index = flagAndIndex & ~PacketCipher.EncryptedFlag;
        if (!source.Window.IsNew(index)) return SrtpResult.Replayed;
        if (!_cipher.UnprotectRtcp(packet, ssrc, flagAndIndex)) return SrtpResult.NotAuthentic;
        _sources.Accept(source, index);
        plainLength = length;
        return SrtpResult.Ok;
    }

    /// <summary>Forgets the key.</summary>
    public void Dispose() => _cipher.Dispose();
}
