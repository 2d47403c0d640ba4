using System.Buffers.Binary;

namespace Rtp.Core.Packets;

/// <summary>Writes RTP headers in place: RFC 3550 §5.1.</summary>
/// <remarks>These work on bytes that the caller owns and has measured; a buffer that is too short is our bug and throws.</remarks>
public static class RtpWriter
{
    /// <summary>Writes a fixed header without CSRCs, extension or padding.</summary>
    /// <returns>12: the payload goes behind it.</returns>
    public static int WriteHeader(Span<byte> packet, byte payloadType, bool marker, ushort sequenceNumber, uint timestamp, uint ssrc)
    {
        BinaryPrimitives.WriteUInt32BigEndian(packet, 0x8000_0000u | Second(payloadType, marker) | sequenceNumber);
        BinaryPrimitives.WriteUInt32BigEndian(packet[4..], timestamp);
        BinaryPrimitives.WriteUInt32BigEndian(packet[8..], ssrc);
        return RtpView.FixedHeaderLength;
    }

    /// <summary>Writes a header with an extension of <paramref name="extension"/>'s words (a multiple of 4 bytes).</summary>
    /// <returns>The header's length.</returns>
    public static int WriteHeader(
        Span<byte> packet, byte payloadType, bool marker, ushort sequenceNumber, uint timestamp, uint ssrc, ushort profile, ReadOnlySpan<byte> extension)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(extension.Length & 3, 0, nameof(extension));
        int length = WriteHeader(packet, payloadType, marker, sequenceNumber, timestamp, ssrc);
        packet[0] |= 0x10;
        BinaryPrimitives.WriteUInt16BigEndian(packet[length..], profile);
        BinaryPrimitives.WriteUInt16BigEndian(packet[(length + 2)..], checked((ushort)(extension.Length / 4)));
        extension.CopyTo(packet[(length + 4)..]);
        return length + 4 + extension.Length;
    }

    /// <summary>Gives a packet that is passed on the numbers of our own stream. Marker, CSRCs, extension and padding stay.</summary>
    public static void Rewrite(Span<byte> packet, byte payloadType, ushort sequenceNumber, uint timestamp, uint ssrc) =>
        Rewrite(packet, payloadType, (packet[1] & 0x80) != 0, sequenceNumber, timestamp, ssrc);

    /// <summary>As above with the marker set or cleared: the first packet after a switch of source starts a talk-spurt (RFC 3551 §4.1).</summary>
    public static void Rewrite(Span<byte> packet, byte payloadType, bool marker, ushort sequenceNumber, uint timestamp, uint ssrc)
    {
        BinaryPrimitives.WriteUInt32BigEndian(packet, (uint)packet[0] << 24 | Second(payloadType, marker) | sequenceNumber);
        BinaryPrimitives.WriteUInt32BigEndian(packet[4..], timestamp);
        BinaryPrimitives.WriteUInt32BigEndian(packet[8..], ssrc);
    }

    private static uint Second(byte payloadType, bool marker) => (payloadType & 0x7Fu) << 16 | (marker ? 0x0080_0000u : 0);
}
