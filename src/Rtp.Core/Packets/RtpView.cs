using System.Buffers.Binary;

namespace Rtp.Core.Packets;

/// <summary>One plain RTP packet, borrowed: RFC 3550 §5.1. Looking at it copies nothing.</summary>
/// <remarks>A packet still under SRTP has its padding encrypted: measure its header with <see cref="TryMeasureHeader"/> instead.</remarks>
public readonly ref struct RtpView
{
    public const int FixedHeaderLength = 12;

    private readonly ReadOnlySpan<byte> _packet;
    private readonly int _payloadEnd;

    private RtpView(ReadOnlySpan<byte> packet, int headerLength, int payloadEnd)
    {
        _packet = packet;
        HeaderLength = headerLength;
        _payloadEnd = payloadEnd;
    }

    /// <summary>Bytes before the payload: fixed part, CSRC list and header extension.</summary>
    public int HeaderLength { get; }

    public bool Marker => (_packet[1] & 0x80) != 0;

    public byte PayloadType => (byte)(_packet[1] & 0x7F);

    public ushort SequenceNumber => BinaryPrimitives.ReadUInt16BigEndian(_packet[2..]);

    public uint Timestamp => BinaryPrimitives.ReadUInt32BigEndian(_packet[4..]);

    public uint Ssrc => BinaryPrimitives.ReadUInt32BigEndian(_packet[8..]);

    /// <summary>The payload without padding; it may be empty.</summary>
    public ReadOnlySpan<byte> Payload => _packet[HeaderLength.._payloadEnd];

    /// <summary>Bytes of padding at the end, its count byte included.</summary>
    public int PaddingLength => _packet.Length - _payloadEnd;

    public int CsrcCount => _packet[0] & 0x0F;

    public bool HasExtension => (_packet[0] & 0x10) != 0;

    /// <summary>The 16 bits "defined by profile" of the header extension (RFC 3550 §5.3.1); 0 without one.</summary>
    public ushort ExtensionProfile => HasExtension ? BinaryPrimitives.ReadUInt16BigEndian(_packet[ExtensionOffset..]) : (ushort)0;

    /// <summary>The words of the header extension, without its own four-byte head; empty without one.</summary>
    public ReadOnlySpan<byte> ExtensionData => HasExtension ? _packet[(ExtensionOffset + 4)..HeaderLength] : default;

    /// <summary>The elements of the header extension (RFC 8285); none for another profile's extension.</summary>
    public HeaderExtensionReader Extensions => new(ExtensionProfile, ExtensionData);

    /// <summary>The whole packet.</summary>
    public ReadOnlySpan<byte> Packet => _packet;

    private int ExtensionOffset => FixedHeaderLength + 4 * CsrcCount;

    /// <summary>Contributing source number <paramref name="index"/>, 0 to <see cref="CsrcCount"/> − 1.</summary>
    public uint Csrc(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)CsrcCount);
        return BinaryPrimitives.ReadUInt32BigEndian(_packet[(FixedHeaderLength + 4 * index)..]);
    }

    /// <summary>Checks version, header, extension and padding lengths (RFC 3550 A.1).</summary>
    /// <returns>False where the bytes are no RTP packet. Never throws.</returns>
    public static bool TryParse(ReadOnlySpan<byte> packet, out RtpView view)
    {
        view = default;
        if (!TryMeasureHeader(packet, out int headerLength)) return false;
        int payloadEnd = packet.Length;
        if ((packet[0] & 0x20) != 0)
        {
            int padding = packet[^1];
            if (padding == 0 || padding > packet.Length - headerLength) return false;    // also: no byte left to hold the count
            payloadEnd -= padding;
        }

        view = new RtpView(packet, headerLength, payloadEnd);
        return true;
    }

    /// <summary>Where the payload starts. The one reading of it in the project: SRTP encrypts from here.</summary>
    public static bool TryMeasureHeader(ReadOnlySpan<byte> packet, out int headerLength)
    {
        headerLength = 0;
        if (packet.Length < FixedHeaderLength || packet[0] >> 6 != 2) return false;
        int length = FixedHeaderLength + 4 * (packet[0] & 0x0F);
        if ((packet[0] & 0x10) != 0)
        {
            if (packet.Length < length + 4) return false;
            length += 4 + 4 * BinaryPrimitives.ReadUInt16BigEndian(packet[(length + 2)..]);
        }

        if (packet.Length < length) return false;
        headerLength = length;
        return true;
    }
}
