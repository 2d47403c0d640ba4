using System.Buffers.Binary;
using Rtp.Core.Packets;
using Srtp.Ciphers;

namespace Srtp;

/// <summary>Verifies and decrypts the RTP that comes under one master key: RFC 3711 §3.3, RFC 7714.</summary>
/// <remarks>
/// One owner. Roll-over counter and replay window of a source (64 packets, §3.3.2) move only after the tag verifies; a source that is new
/// starts anew. MKI is not spoken: a packet that carries one is not authentic.
/// </remarks>
public sealed class SrtpReceiver : IDisposable
{
    private readonly SourceTable _sources = new();
    private readonly PacketCipher _cipher;

    /// <inheritdoc cref="SrtpSender(ProfileParameters, ReadOnlySpan{byte}, CipherBackend)"/>
    public SrtpReceiver(ProfileParameters profile, ReadOnlySpan<byte> masterKeyAndSalt, CipherBackend backend = CipherBackend.Automatic)
        : this(PacketCipher.Create(profile, masterKeyAndSalt, rtcp: false, backend))
    {
    }

    internal SrtpReceiver(PacketCipher cipher) => _cipher = cipher;

    /// <summary>Verifies and decrypts one packet in place.</summary>
    /// <param name="packet">The whole datagram.</param>
    /// <param name="plainLength">Bytes of plain RTP at the start of <paramref name="packet"/>; 0 on failure, and the bytes are then of no use.</param>
    /// <returns><see cref="SrtpResult.Ok"/>, or why the packet must be dropped. Never throws on wire input.</returns>
    public SrtpResult TryUnprotect(Span<byte> packet, out int plainLength)
    {
        plainLength = 0;
        if (!RtpView.TryMeasureHeader(packet, out int headerLength)) return SrtpResult.Malformed;
        int length = packet.Length - _cipher.TagLength;
        if (length < headerLength) return SrtpResult.Malformed;
        uint ssrc = BinaryPrimitives.ReadUInt32BigEndian(packet[8..]);
        SourceTable.Source source = _sources.Find(ssrc);
        long index = source.Counter.Estimate(BinaryPrimitives.ReadUInt16BigEndian(packet[2..]));
        if (index < 0 || !source.Window.IsNew(index)) return SrtpResult.Replayed;
        if (!_cipher.UnprotectRtp(packet, headerLength, ssrc, index)) return SrtpResult.NotAuthentic;
        _sources.Accept(source, index);
        plainLength = length;
        return SrtpResult.Ok;
    }

    /// <summary>Reads what the next packet will need, so that it lies in the processor's cache by then.</summary>
    /// <returns>A number without meaning, for the reads not to be left out.</returns>
    public long Touch() => unchecked(_sources.Touch() + _cipher.Touch());

    /// <summary>Forgets the key.</summary>
    public void Dispose() => _cipher.Dispose();

    /// <inheritdoc cref="SrtpSender.Start"/>
    internal void Start(uint ssrc, long index) => _sources.Accept(_sources.Find(ssrc), index);
}
