using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Rtp.Core.Stun;

/// <summary>MESSAGE-INTEGRITY: HMAC-SHA1 over the message before it, whose length field already counts it (RFC 8489 §14.5).</summary>
internal static class StunIntegrity
{
    /// <param name="message">Up to where the attribute begins; at most <see cref="StunView.MaxLength"/> bytes.</param>
    /// <param name="key">The password's bytes.</param>
    /// <param name="mac">Takes 20 bytes.</param>
    public static void Compute(ReadOnlySpan<byte> message, ReadOnlySpan<byte> key, Span<byte> mac)
    {
        Span<byte> covered = stackalloc byte[StunView.MaxLength];
        covered = covered[..message.Length];
        message.CopyTo(covered);
        int length = message.Length - StunView.HeaderLength + 4 + StunView.IntegrityLength;
        BinaryPrimitives.WriteUInt16BigEndian(covered[2..], (ushort)length);
#pragma warning disable CA5350 // RFC 8445 §7 knows no other; HMAC does not suffer from SHA-1's collisions
        HMACSHA1.HashData(key, covered, mac);
#pragma warning restore CA5350
    }
}
