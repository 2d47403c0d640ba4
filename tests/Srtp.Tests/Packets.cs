using System.Buffers.Binary;
using Srtp;

namespace SrtpTests;

/// <summary>Packets and keys for the tests of behaviour.</summary>
internal static class Packets
{
    public const uint Ssrc = 0x11223344;

    public static byte[] Key(SrtpProfile profile, byte fill = 7)
    {
        ProfileParameters parameters = Profiles.Find(profile)!;
        byte[] key = new byte[parameters.KeyLength + parameters.SaltLength];
        for (int i = 0; i < key.Length; i++) key[i] = unchecked((byte)(fill * (i + 1)));
        return key;
    }

    /// <summary>A plain packet of 12 + 160 bytes with room for a tag.</summary>
    public static byte[] Plain(ushort sequence, uint ssrc = Ssrc)
    {
        byte[] packet = new byte[12 + 160 + 16];
        packet[0] = 0x80;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), sequence);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(4), sequence * 160u);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(8), ssrc);
        packet.AsSpan(12, 160).Fill(unchecked((byte)sequence));
        return packet;
    }

    public static byte[] Protected(SrtpSender sender, ushort sequence, uint ssrc = Ssrc)
    {
        byte[] packet = Plain(sequence, ssrc);
        SrtpResult result = sender.TryProtect(packet, 172, out int length);
        return result == SrtpResult.Ok ? packet[..length] : throw new InvalidOperationException(result.ToString());
    }

    public static byte[] ProtectedReport(SrtcpSender sender, uint ssrc = Ssrc)
    {
        byte[] packet = new byte[28 + 20];
        packet[0] = 0x80;
        packet[1] = 200;
        packet[3] = 6;
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(4), ssrc);
        SrtpResult result = sender.TryProtect(packet, 28, out int length);
        return result == SrtpResult.Ok ? packet[..length] : throw new InvalidOperationException(result.ToString());
    }
}
