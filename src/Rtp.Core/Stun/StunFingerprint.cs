namespace Rtp.Core.Stun;

/// <summary>FINGERPRINT: CRC-32 of ISO 3309 over the message before it, XORed with "STUN" (RFC 8489 §14.7).</summary>
internal static class StunFingerprint
{
    private const uint Mask = 0x5354554E;

    private static readonly uint[] s_table = MakeTable();

    public static uint Compute(ReadOnlySpan<byte> message)
    {
        uint crc = uint.MaxValue;
        uint[] table = s_table;
        foreach (byte value in message) crc = table[(crc ^ value) & 0xFF] ^ (crc >> 8);
        return ~crc ^ Mask;
    }

    private static uint[] MakeTable()
    {
        var table = new uint[256];
        for (uint i = 0; i < table.Length; i++)
        {
            uint value = i;
            for (int bit = 0; bit < 8; bit++) value = (value & 1) != 0 ? (value >> 1) ^ 0xEDB88320 : value >> 1;
            table[i] = value;
        }
        return table;
    }
}
