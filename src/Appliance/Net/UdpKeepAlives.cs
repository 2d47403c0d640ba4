using Tandem.Signalling;

namespace Tandem.Net;

/// <summary>Keeps the holes in NATs open: a CRLFCRLF to each UDP peer that is asked for, every so often. Shard thread only.</summary>
internal sealed class UdpKeepAlives(SignallingShard shard, TimeSpan interval)
{
    private readonly Dictionary<SipFlow, Beat> _beats = [];

    public int Count => _beats.Count;

    /// <summary>A datagram that only keeps a hole open: CR, LF, NUL and spaces in any number, or a STUN request (RFC 5626 §3.5.2).</summary>
    public static bool IsKeepAlive(ReadOnlySpan<byte> datagram) =>
        !datagram.ContainsAnyExcept("\r\n\0 \t"u8)
        || (datagram.Length >= 20 && datagram[0] is 0 or 1 && datagram.Slice(4, 4).SequenceEqual(StunCookie));

    private static ReadOnlySpan<byte> StunCookie => [0x21, 0x12, 0xA4, 0x42];

    public void Add(SipFlow flow)
    {
        if (_beats.ContainsKey(flow)) return;
        var beat = new Beat(flow, interval);
        beat.Timer = shard.CreateTimer(static beat => ((Beat)beat!).Send(), beat);
        beat.Timer.SetAfter(interval);
        _beats.Add(flow, beat);
    }

    public void Remove(SipFlow flow)
    {
        if (_beats.Remove(flow, out Beat? beat)) beat.Timer!.Cancel();
    }

    public void Clear()
    {
        foreach (Beat beat in _beats.Values) beat.Timer!.Cancel();
        _beats.Clear();
    }

    private sealed class Beat(SipFlow flow, TimeSpan interval)
    {
        public ShardTimer? Timer { get; set; }

        public void Send()
        {
            flow.Channel.Send(flow, "\r\n\r\n"u8);
            Timer!.SetAfter(interval);
        }
    }
}
