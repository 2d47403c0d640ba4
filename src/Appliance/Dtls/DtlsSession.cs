using System.Buffers.Binary;
using Org.BouncyCastle.Tls;

namespace Tandem.Dtls;

/// <summary>What stays of a handshake that is done: enough to answer a last flight that comes again, and to see the end.</summary>
/// <remarks>It lives as long as its call, and every collection may have to look at it: so it holds keys and one datagram, nothing of the handshake. One thread at a time.</remarks>
/// <param name="cipher">Of the association.</param>
/// <param name="lastFlight">What we sent last in the handshake, where the peer waited for it; else empty.</param>
internal sealed class DtlsSession(DtlsRecordCipher cipher, byte[] lastFlight)
{
    private const int HeaderLength = 13;
    private const long FirstOfEpoch = 1L << 48;

    /// <summary>Takes a datagram of the peer. What is not authentic, or came before, does nothing (RFC 6347 §4.1.2.7).</summary>
    /// <param name="datagram">Stays the caller's.</param>
    /// <param name="send">Takes each datagram for the peer, and owns it.</param>
    /// <returns>Why the association has ended; null: it has not.</returns>
    public string? Take(ReadOnlySpan<byte> datagram, Action<byte[]> send)
    {
        bool repeat = false;
        string? end = null;
        while (end is null && datagram.Length > HeaderLength)
        {
            int length = BinaryPrimitives.ReadUInt16BigEndian(datagram[11..]);
            if (length > datagram.Length - HeaderLength) break;
            ReadOnlySpan<byte> record = datagram[..(HeaderLength + length)];
            datagram = datagram[record.Length..];
            end = Take(record, ref repeat, send);
        }
        // RFC 6347 §4.2.4: the side that sent the last flight sends it again. With the numbers that it had: if the peer has it already, this is a replay.
        if (repeat && lastFlight.Length > 0) send([.. lastFlight]);
        return end;
    }

    private string? Take(ReadOnlySpan<byte> record, ref bool repeat, Action<byte[]> send)
    {
        byte type = record[0];
        long number = BinaryPrimitives.ReadInt64BigEndian(record[3..]);
        bool known = type is (byte)ContentType.alert or (byte)ContentType.handshake && record[1] == 0xFE && record[2] == 0xFD;
        if (!known || number < FirstOfEpoch || number >= 2 * FirstOfEpoch || number <= cipher.LastReceived) return null;
        ReadOnlySpan<byte> body = record[HeaderLength..];
        int length = cipher.GetPlaintextLimit(body.Length);
        if (length is < 1 or > DtlsHandshake.MaxRecord) return null;
        Span<byte> plain = stackalloc byte[length];
        if (!cipher.TryDecode(number, type, ProtocolVersion.DTLSv12, body, plain)) return null;
        if (type == ContentType.handshake)
        {
            repeat |= plain[0] == HandshakeType.finished;    // anything else would be a renegotiation: not here
            return null;
        }
        if (plain.Length < 2) return null;
        if (plain[1] == AlertDescription.close_notify)
        {
            send(CloseNotify());
            return "the DTLS peer closed the association";
        }
        return plain[0] == AlertLevel.fatal ? $"the DTLS peer ended the association: {AlertDescription.GetName(plain[1])}" : null;
    }

    /// <summary>RFC 5246 §7.2.1: close_notify is answered with the same.</summary>
    private byte[] CloseNotify()
    {
        long number = Math.Max(FirstOfEpoch, cipher.LastSent + 1);
        byte[] record = cipher.EncodePlaintext(
            number, ContentType.alert, ProtocolVersion.DTLSv12, HeaderLength, [(byte)AlertLevel.warning, (byte)AlertDescription.close_notify]).buf;
        (record[0], record[1], record[2]) = ((byte)ContentType.alert, 0xFE, 0xFD);
        BinaryPrimitives.WriteInt64BigEndian(record.AsSpan(3), number);
        BinaryPrimitives.WriteUInt16BigEndian(record.AsSpan(11), (ushort)(record.Length - HeaderLength));
        return record;
    }
}
