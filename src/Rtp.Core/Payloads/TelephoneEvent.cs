using System.Buffers.Binary;

namespace Rtp.Core.Payloads;

/// <summary>The payload of one telephone-event packet: RFC 4733 §2.3.</summary>
/// <param name="Event">0–9 digits, 10 star, 11 pound, 12–15 A–D (§3.2); others are no key.</param>
/// <param name="End">The E bit: the event is over.</param>
/// <param name="Volume">Power below 0 dBm0, 0–63.</param>
/// <param name="Duration">From the packet's timestamp, in timestamp units.</param>
public readonly record struct TelephoneEvent(byte Event, bool End, byte Volume, ushort Duration)
{
    public const int PayloadLength = 4;
    public const byte LastKey = 15;

    private const string Keys = "0123456789*#ABCD";

    /// <summary>The key's character, or '\0' for an event that is no key.</summary>
    public char Key => KeyOf(Event);

    public static char KeyOf(byte code) => code <= LastKey ? Keys[code] : '\0';

    /// <summary>The event of a key, A–D in either case; -1 for another character.</summary>
    public static int CodeOf(char key) => Keys.IndexOf(char.ToUpperInvariant(key), StringComparison.Ordinal);

    /// <summary>Reads the first event block; bytes behind it are ignored.</summary>
    public static bool TryParse(ReadOnlySpan<byte> payload, out TelephoneEvent telephoneEvent)
    {
        telephoneEvent = default;
        if (payload.Length < PayloadLength) return false;
        telephoneEvent = new TelephoneEvent(
            payload[0], (payload[1] & 0x80) != 0, (byte)(payload[1] & 0x3F), BinaryPrimitives.ReadUInt16BigEndian(payload[2..]));
        return true;
    }

    /// <returns><see cref="PayloadLength"/>.</returns>
    public int Write(Span<byte> payload)
    {
        payload[0] = Event;
        payload[1] = (byte)((End ? 0x80 : 0) | (Volume & 0x3F));
        BinaryPrimitives.WriteUInt16BigEndian(payload[2..], Duration);
        return PayloadLength;
    }
}
