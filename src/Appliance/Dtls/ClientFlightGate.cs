using System.Buffers.Binary;
using System.Numerics;
using Org.BouncyCastle.Tls;
using Tandem.Media;

namespace Tandem.Dtls;

/// <summary>Holds a client's ChangeCipherSpec, and what follows it, until the client's CertificateVerify and all before it have been passed on.</summary>
/// <remarks>
/// BouncyCastle turns to the new epoch at any ChangeCipherSpec that comes after ClientKeyExchange, and from then on takes no record of the old one: were CertificateVerify
/// lost or overtaken by it, no repeat of it would ever be read, and the handshake could only time out. UDP promises no order between them (RFC 6347 §3.2.2).
/// BouncyCastle makes two buffers of the longest datagram for each record, so that the messages of a flight are handed over in one.
/// </remarks>
/// <param name="transport">To the client.</param>
internal sealed class ClientFlightGate(DatagramTransport transport) : DatagramTransport
{
    private const int RecordHeader = 13, NumberAt = 5, LengthAt = 11;    // type, version and epoch; number; length
    private const int MessageHeader = 12;
    private const int MaxMessages = 32;    // a flight of a client with certificate has three

    private readonly int[] _covered = new int[MaxMessages];    // bytes from the start of each message
    private byte[] _held = [];
    private int _heldLength;
    private uint _complete;    // a bit for each message_seq
    private int _certificate = -1, _verify = -1;    // their message_seq
    private bool _open;

    public int GetReceiveLimit() => transport.GetReceiveLimit();

    public int GetSendLimit() => transport.GetSendLimit();

    public int Receive(byte[] buf, int off, int len, int waitMillis) => Receive(buf.AsSpan(off, len), waitMillis);

    public int Receive(Span<byte> buffer, int waitMillis)
    {
        TimeSpan until = MediaClock.Now + TimeSpan.FromMilliseconds(waitMillis);
        while (true)
        {
            if (_open)
            {
                if (_heldLength == 0) return transport.Receive(buffer, waitMillis);
                int held = _heldLength;
                _heldLength = 0;
                _held.AsSpan(0, held).CopyTo(buffer);
                return held;
            }
            int length = transport.Receive(buffer, waitMillis);
            if (length < 0) return length;
            if (Sift(buffer[..length]) is > 0 and var passed) return passed;
            waitMillis = (int)Math.Clamp((until - MediaClock.Now).TotalMilliseconds, 1, int.MaxValue);    // 0 would wait for ever
        }
    }

    public void Send(byte[] buf, int off, int len) => transport.Send(buf, off, len);

    public void Send(ReadOnlySpan<byte> buffer) => transport.Send(buffer);

    public void Close() => transport.Close();

    /// <summary>Takes out of a datagram what comes too early, and joins records of plain handshake messages (RFC 6347 §4.2.3 lets one have several).</summary>
    /// <returns>Length of the rest.</returns>
    private int Sift(Span<byte> datagram)
    {
        int kept = 0, latest = 0;
        for (int at = 0; at < datagram.Length;)
        {
            Span<byte> record = datagram[at..];
            if (record.Length >= RecordHeader && RecordHeader + BinaryPrimitives.ReadUInt16BigEndian(record[LengthAt..]) is var whole && whole < record.Length) record = record[..whole];
            at += record.Length;
            if (!_open && IsEarly(record))
            {
                Hold(record);
                continue;
            }
            bool joins = kept > 0 && IsPlainMessages(record) && record[..LengthAt].StartsWith(datagram.Slice(latest, NumberAt)) && IsPlainMessages(datagram[latest..kept]);
            if (!joins) latest = kept;
            Span<byte> added = joins ? record[RecordHeader..] : record;
            added.CopyTo(datagram[kept..]);
            kept += added.Length;
            if (joins) BinaryPrimitives.WriteUInt16BigEndian(datagram[(latest + LengthAt)..], (ushort)(kept - latest - RecordHeader));
        }
        return kept;
    }

    /// <summary>A record, whole and of the first epoch, with whole fragments of handshake messages.</summary>
    private static bool IsPlainMessages(ReadOnlySpan<byte> record)
    {
        if (record.Length <= RecordHeader || record[0] != ContentType.handshake || BinaryPrimitives.ReadUInt16BigEndian(record[3..]) > 0) return false;
        if (RecordHeader + BinaryPrimitives.ReadUInt16BigEndian(record[LengthAt..]) != record.Length) return false;
        ReadOnlySpan<byte> messages = record[RecordHeader..];
        while (messages.Length >= MessageHeader && UInt24(messages[9..]) <= messages.Length - MessageHeader) messages = messages[(MessageHeader + UInt24(messages[9..]))..];
        return messages.IsEmpty;
    }

    private bool IsEarly(ReadOnlySpan<byte> record)
    {
        if (record.Length <= RecordHeader) return false;
        if (record[0] == ContentType.change_cipher_spec || BinaryPrimitives.ReadUInt16BigEndian(record[3..]) > 0) return true;
        if (record[0] == ContentType.handshake) Note(record[RecordHeader..]);
        return false;
    }

    private void Hold(ReadOnlySpan<byte> record)
    {
        if (_held.Length == 0) _held = new byte[DtlsHandshake.MaxRecord];
        if (_heldLength + record.Length > _held.Length) return;    // the client will repeat it
        record.CopyTo(_held.AsSpan(_heldLength));
        _heldLength += record.Length;
    }

    /// <summary>Follows the fragments of the flight (RFC 6347 §4.2.2).</summary>
    private void Note(ReadOnlySpan<byte> messages)
    {
        while (messages.Length >= MessageHeader)
        {
            int total = UInt24(messages[1..]), from = UInt24(messages[6..]), length = UInt24(messages[9..]);
            int number = BinaryPrimitives.ReadUInt16BigEndian(messages[4..]);
            if (length > messages.Length - MessageHeader || number >= MaxMessages) return;
            if (messages[0] == HandshakeType.certificate) _certificate = number;
            if (messages[0] == HandshakeType.certificate_verify) _verify = number;
            if (from <= _covered[number]) _covered[number] = Math.Max(_covered[number], from + length);
            if (_covered[number] >= total) _complete |= 1u << number;
            messages = messages[(MessageHeader + length)..];
        }
        if (_certificate < 0 || _verify <= _certificate) return;
        _open = BitOperations.TrailingZeroCount(~(_complete >> _certificate)) > _verify - _certificate;
    }

    private static int UInt24(ReadOnlySpan<byte> bytes) => bytes[0] << 16 | bytes[1] << 8 | bytes[2];
}
