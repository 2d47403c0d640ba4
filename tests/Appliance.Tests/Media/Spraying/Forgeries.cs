using System.Buffers.Binary;

namespace Appliance.Tests.Media.Spraying;

/// <summary>What strangers send to a media port, from noise to packets that fit all that can be known of a call but its address.</summary>
internal static class Forgeries
{
    /// <summary>Kinds of <see cref="Make"/>; those from <see cref="FirstFitting"/> on fit what a plain leg agreed to.</summary>
    public const int Kinds = 14, FirstFitting = 10;

    private static ReadOnlySpan<byte> MagicCookie => [0x21, 0x12, 0xA4, 0x42];

    public static byte[] Make(int kind, SprayedPhone phone, Random random)
    {
        byte[] audio = TestLeg.Audio(random.Next(), random.Next(1, 400));
        byte[] rtp = TestLeg.Packet((ushort)(phone.NextNumber + random.Next(4)), 160u * phone.NextNumber, phone.PayloadType, phone.Ssrc, payload: audio);
        switch (kind)
        {
            case 0:    // noise
                var noise = new byte[random.Next(1, 1400)];
                random.NextBytes(noise);
                return Misfit(noise);
            case 1:    // a header cut short
                return rtp[..random.Next(1, 12)];
            case 2:    // a payload type that nobody agreed on
                rtp[1] = 99;
                return rtp;
            case 3:    // contributors or an extension beyond the end
                byte[] cut = rtp[..Math.Min(rtp.Length, 20)];
                cut[0] = 0x9F;
                return cut;
            case 4:    // padding longer than the packet
                byte[] padded = rtp[..Math.Min(rtp.Length, 100)];
                padded[0] |= 0x20;
                padded[^1] = 255;
                return padded;
            case 5:
                return Stun(0x0001, random);
            case 6:
                return Stun(0x0101, random);
            case 7:    // the start of a DTLS ClientHello
                return [22, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 0, 0, 40, 1, .. audio];
            case 8:    // TURN's channel data
                return [0x40, 0, 0, 4, .. audio];
            case 9:    // a report that ends in mid-block
                return SenderReport(phone.Ssrc)[..random.Next(4, 27)];
            case 10:
                return rtp;
            case 11:    // the last packet again
                return phone.LastSent.Length > 0 ? phone.LastSent : rtp;
            case 12:    // a key that nobody pressed
                return TestLeg.Packet(phone.NextNumber, 160u * phone.NextNumber, 101, phone.Ssrc, marker: true, payload: [5, 0x8A, 4, 0]);
            default:    // the call's end, as RTCP has it
                return [.. SenderReport(phone.Ssrc), 0x81, 203, 0, 1, .. Ssrc(phone.Ssrc)];
        }
    }

    /// <summary>A sender report without report blocks (RFC 3550 §6.4.1).</summary>
    public static byte[] SenderReport(uint ssrc)
    {
        var report = new byte[28];
        (report[0], report[1], report[3]) = (0x80, 200, 6);
        BinaryPrimitives.WriteUInt32BigEndian(report.AsSpan(4), ssrc);
        return report;
    }

    private static byte[] Stun(int type, Random random)
    {
        var message = new byte[20];
        random.NextBytes(message.AsSpan(8));
        BinaryPrimitives.WriteInt16BigEndian(message, (short)type);
        (message[2], message[3]) = (0, 0);
        MagicCookie.CopyTo(message.AsSpan(4));
        return message;
    }

    /// <summary>Noise that by chance were RTP of an agreed payload type is made none.</summary>
    private static byte[] Misfit(byte[] noise)
    {
        if (noise.Length > 1 && (noise[1] & 0x7F) is 0 or 8 or 101) noise[1] = 99;
        return noise;
    }

    private static byte[] Ssrc(uint ssrc)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, ssrc);
        return bytes;
    }
}
