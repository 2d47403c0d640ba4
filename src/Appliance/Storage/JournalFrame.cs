using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Text.Json;

namespace Tandem.Storage;

/// <summary>The framing of the journal: length, CRC-32C of the payload, payload (JSON); little-endian.</summary>
internal static class JournalFrame
{
    public const int HeaderBytes = 8;
    public const int MaxPayloadBytes = 1 << 20;

    public static void Write(IBufferWriter<byte> output, CallLogEntry entry)
    {
        byte[] payload = JsonSerializer.SerializeToUtf8Bytes(entry, CallLogJson.Default.CallLogEntry);
        Span<byte> frame = output.GetSpan(HeaderBytes + payload.Length);
        BinaryPrimitives.WriteInt32LittleEndian(frame, payload.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[4..], Checksum(payload));
        payload.CopyTo(frame[HeaderBytes..]);
        output.Advance(HeaderBytes + payload.Length);
    }

    /// <summary>Takes one frame off the front.</summary>
    /// <returns>False where the bytes end inside it or are not what was written.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out CallLogEntry? entry, out int length)
    {
        entry = null;
        length = 0;
        if (bytes.Length < HeaderBytes) return false;
        int payloadLength = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        if (payloadLength is <= 0 or > MaxPayloadBytes || bytes.Length - HeaderBytes < payloadLength) return false;
        ReadOnlySpan<byte> payload = bytes.Slice(HeaderBytes, payloadLength);
        if (Checksum(payload) != BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..])) return false;
        try
        {
            entry = JsonSerializer.Deserialize(payload, CallLogJson.Default.CallLogEntry);
        }
        catch (JsonException)
        {
            return false;    // whole, but from a version whose entries differ
        }
        length = HeaderBytes + payloadLength;
        return entry is not null;
    }

    private static uint Checksum(ReadOnlySpan<byte> payload)
    {
        uint crc = uint.MaxValue;
        for (; payload.Length >= 8; payload = payload[8..]) crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(payload));
        foreach (byte one in payload) crc = BitOperations.Crc32C(crc, one);
        return ~crc;
    }
}
