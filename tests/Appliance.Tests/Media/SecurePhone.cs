using Srtp;
using Tandem.Media;
using Xunit;

namespace Appliance.Tests.Media;

/// <summary>The far end of a leg with SRTP: protects what the leg shall receive, reads what it sent.</summary>
internal sealed class SecurePhone
{
    private readonly SrtpSender _rtpOut;
    private readonly SrtpReceiver _rtpIn;
    private readonly SrtcpSender _rtcpOut;
    private readonly SrtcpReceiver _rtcpIn;

    public SecurePhone(SrtpProfile profile = SrtpProfile.AesCm128HmacSha1Tag80, byte key = 1)
    {
        Keys = new SrtpSettings(profile, Key(profile, key), Key(profile, (byte)(key + 100)));
        ProfileParameters parameters = Profiles.Find(profile)!;
        (_rtpOut, _rtpIn) = (new SrtpSender(parameters, Keys.ReceiveKey), new SrtpReceiver(parameters, Keys.SendKey));
        (_rtcpOut, _rtcpIn) = (new SrtcpSender(parameters, Keys.ReceiveKey), new SrtcpReceiver(parameters, Keys.SendKey));
    }

    /// <summary>As the leg has them.</summary>
    public SrtpSettings Keys { get; }

    public static byte[] Key(SrtpProfile profile, byte seed)
    {
        var key = new byte[Profiles.Find(profile)!.KeyLength + Profiles.Find(profile)!.SaltLength];
        new Random(seed).NextBytes(key);
        return key;
    }

    public byte[] Protect(byte[] packet) => Protect(packet, _rtpOut.TryProtect);

    public byte[] ProtectRtcp(byte[] packet) => Protect(packet, _rtcpOut.TryProtect);

    /// <summary>What the leg sent, as the phone understands it.</summary>
    public SentPacket Read(SentPacket sent)
    {
        byte[] bytes = [.. sent.Bytes];
        SrtpResult result = sent.IsRtcp ? _rtcpIn.TryUnprotect(bytes, out int length) : _rtpIn.TryUnprotect(bytes, out length);
        Assert.Equal(SrtpResult.Ok, result);
        return sent with { Bytes = bytes[..length] };
    }

    private static byte[] Protect(byte[] packet, TryProtect protect)
    {
        byte[] buffer = [.. packet, .. new byte[32]];
        Assert.Equal(SrtpResult.Ok, protect(buffer, packet.Length, out int length));
        return buffer[..length];
    }

    private delegate SrtpResult TryProtect(Span<byte> buffer, int plainLength, out int protectedLength);
}
