using System.Net;
using Srtp;

namespace Load.Media;

/// <summary>A caller with SRTP by SDES, a callee without: the engine decrypts one way and encrypts the other. Every byte is compared.</summary>
internal sealed class SrtpKind(ProfileParameters profile) : MediaKind
{
    private readonly RelayKind _inner = new();
    private readonly byte[] _key = [.. Enumerable.Range(1, profile.KeyLength + profile.SaltLength).Select(i => (byte)(i * 37))];
    private readonly Dictionary<int, (SrtpSender Sender, SrtpReceiver Receiver)> _calls = [];

    public override string Name => "srtp";

    public override (string Key, object Value)[] OfferOptions => [.. Options, ("transport-protocol", "RTP/AVP"), ("DTLS", "off")];

    public override string Offer(IPAddress address, int port) =>
        Sdp(address, port, "RTP/SAVP", "0", "rtpmap:0 PCMU/8000", $"crypto:1 {profile.SuiteName} inline:{Convert.ToBase64String(_key)}");

    public override string Answer(IPAddress address, int port) => Sdp(address, port, "RTP/AVP", "0", "rtpmap:0 PCMU/8000");

    public override void OnSetUp(MediaCall call, string toCallee, string toCaller)
    {
        string line = toCaller.Split("\r\n").First(line => line.StartsWith("a=crypto:", StringComparison.Ordinal));
        string key = line[(line.IndexOf("inline:", StringComparison.Ordinal) + 7)..].Split('|', ' ')[0];
        byte[] theirs = Convert.FromBase64String(key.PadRight((key.Length + 3) / 4 * 4, '='));
        _calls[call.ToCallee.Call] = (new SrtpSender(profile, _key), new SrtpReceiver(profile, theirs));
    }

    public override int Write(MediaStream stream, int index, long wallNow, Span<byte> packet)
    {
        int length = _inner.Write(stream, index, wallNow, packet);
        if (stream.FromCaller) _calls[stream.Call].Sender.TryProtect(packet, length, out length);
        return length;
    }

    public override bool Check(MediaStream stream, Span<byte> packet, long receivedAt, out int index, out long sentAt)
    {
        (index, sentAt) = (0, 0);
        if (!stream.FromCaller)
        {
            if (_calls[stream.Call].Receiver.TryUnprotect(packet, out int length) != SrtpResult.Ok) return false;
            packet = packet[..length];
        }
        return _inner.Check(stream, packet, receivedAt, out index, out sentAt);
    }
}
