using System.Buffers.Binary;

namespace Tandem.Dtls;

/// <summary>Puts a ClientHello together that comes in several records or datagrams (RFC 6347 §4.2.3): post-quantum key shares do not fit into one.</summary>
internal sealed class ClientHelloAssembly
{
    private const int RecordHeader = 13, MessageHeader = 12, MaxLength = 8192;
    private const byte Handshake = 22, ClientHello = 1;

    private byte[] _message = [];
    private bool[] _covered = [];
    private int _sequence = -1;
    private int _missing;

    /// <summary>Takes a datagram; what it holds besides fragments of a ClientHello is passed over.</summary>
    /// <returns>The ClientHello in one record, as if it had come so; null: not complete yet.</returns>
    public byte[]? Add(ReadOnlySpan<byte> datagram)
    {
        byte[]? whole = null;
        while (datagram.Length > RecordHeader)
        {
            int length = BinaryPrimitives.ReadUInt16BigEndian(datagram[11..]);
            if (length > datagram.Length - RecordHeader) break;
            ReadOnlySpan<byte> record = datagram[..(RecordHeader + length)];
            datagram = datagram[record.Length..];
            bool plain = record[0] == Handshake && record[1] == 0xFE && BinaryPrimitives.ReadUInt16BigEndian(record[3..]) == 0;
            if (plain && Contribute(record[RecordHeader..])) whole = Whole(record[..RecordHeader]);
        }
        return whole;
    }

    private bool Contribute(ReadOnlySpan<byte> fragment)
    {
        if (fragment.Length < MessageHeader || fragment[0] != ClientHello) return false;
        int total = UInt24(fragment[1..]), sequence = BinaryPrimitives.ReadUInt16BigEndian(fragment[4..]);
        int offset = UInt24(fragment[6..]), length = UInt24(fragment[9..]);
        if (total is 0 or > MaxLength || offset + length > total || length != fragment.Length - MessageHeader) return false;
        if (sequence != _sequence || total != _message.Length)
        {
            (_message, _covered, _sequence, _missing) = (new byte[total], new bool[total], sequence, total);
        }
        fragment[MessageHeader..].CopyTo(_message.AsSpan(offset));
        for (int i = offset; i < offset + length; i++)
        {
            if (_covered[i]) continue;
            _covered[i] = true;
            _missing--;
        }
        return _missing == 0;
    }

    private byte[] Whole(ReadOnlySpan<byte> header)
    {
        var record = new byte[RecordHeader + MessageHeader + _message.Length];
        header.CopyTo(record);
        BinaryPrimitives.WriteUInt16BigEndian(record.AsSpan(11), (ushort)(MessageHeader + _message.Length));
        Span<byte> message = record.AsSpan(RecordHeader);
        message[0] = ClientHello;
        WriteUInt24(message[1..], _message.Length);
        BinaryPrimitives.WriteUInt16BigEndian(message[4..], (ushort)_sequence);
        WriteUInt24(message[9..], _message.Length);
        _message.CopyTo(message[MessageHeader..]);
        return record;
    }

    private static int UInt24(ReadOnlySpan<byte> bytes) => (bytes[0] << 16) | (bytes[1] << 8) | bytes[2];

    private static void WriteUInt24(Span<byte> bytes, int value) =>
        (bytes[0], bytes[1], bytes[2]) = ((byte)(value >> 16), (byte)(value >> 8), (byte)value);
}
