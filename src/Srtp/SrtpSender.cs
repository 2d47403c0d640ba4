using System.Buffers.Binary;
using Rtp.Core.Packets;
using Srtp.Ciphers;

namespace Srtp;

/// <summary>Protects the RTP that one side sends under one master key: RFC 3711 §3.3, RFC 7714.</summary>
/// <remarks>
/// One owner. No index is used twice, whatever numbers the packets bear: two texts under one key stream would lay both open (§9.1).
/// Packets may come in any order within the window; a new SSRC starts with a roll-over counter of 0.
/// </remarks>
public sealed class SrtpSender : IDisposable
{
    private readonly SourceTable _sources = new();
    private readonly PacketCipher _cipher;

    /// <param name="profile">Which.</param>
    /// <param name="masterKeyAndSalt">The key and, behind it, the salt; not kept.</param>
    /// <param name="backend">Who computes.</param>
    /// <exception cref="ArgumentException">Their length is not the profile's.</exception>
    public SrtpSender(ProfileParameters profile, ReadOnlySpan<byte> masterKeyAndSalt, CipherBackend backend = CipherBackend.Automatic)
        : this(PacketCipher.Create(profile, masterKeyAndSalt, rtcp: false, backend))
    {
    }

    internal SrtpSender(PacketCipher cipher) => _cipher = cipher;

    /// <summary>Bytes that a packet grows by.</summary>
    public int Overhead => _cipher.TagLength;

    /// <summary>Encrypts and signs a packet in place.</summary>
    /// <param name="buffer">The packet and, behind it, room for <see cref="Overhead"/> bytes.</param>
    /// <param name="plainLength">Of the packet.</param>
    /// <param name="protectedLength">Of what is to be sent; 0 on refusal.</param>
    public SrtpResult TryProtect(Span<byte> buffer, int plainLength, out int protectedLength)
    {
        protectedLength = 0;
        if (!RtpView.TryMeasureHeader(buffer[..plainLength], out int headerLength)) return SrtpResult.Malformed;
        if (buffer.Length - plainLength < _cipher.TagLength) return SrtpResult.NoRoom;
        uint ssrc = BinaryPrimitives.ReadUInt32BigEndian(buffer[8..]);
        SourceTable.Source source = _sources.Find(ssrc);
        long index = source.Counter.Estimate(BinaryPrimitives.ReadUInt16BigEndian(buffer[2..]));
        if (index < 0) return source.Counter.Value == uint.MaxValue ? SrtpResult.KeyExhausted : SrtpResult.Replayed;
        if (!source.Window.IsNew(index)) return SrtpResult.Replayed;
        _cipher.ProtectRtp(buffer, headerLength, plainLength, ssrc, index);
        _sources.Accept(source, index);
        protectedLength = plainLength + _cipher.TagLength;
        return SrtpResult.Ok;
    }

    /// <summary>Reads what the next packet will need, so that it lies in the processor's cache by then.</summary>
    /// <returns>A number without meaning, for the reads not to be left out.</returns>
    public long Touch() => unchecked(_sources.Touch() + _cipher.Touch());

    /// <summary>Forgets the key.</summary>
    public void Dispose() => _cipher.Dispose();

    /// <summary>Lets a source stand where it would after many packets.</summary>
    internal void Start(uint ssrc, long index) => _sources.Accept(_sources.Find(ssrc), index);
}
