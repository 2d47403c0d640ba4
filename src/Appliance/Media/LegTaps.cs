using Rtp.Core.Packets;

namespace Tandem.Media;

/// <summary>The taps of one leg, mostly none. Loop thread; allocates nothing for a packet.</summary>
/// <remarks>Telephone events are no sound and are left out: keys do not show in a recording.</remarks>
internal sealed class LegTaps
{
    private LegTap[] _taps = [];
    private AudioCodec _sendCodec;
    private byte _sendPayloadType;

    public bool IsEmpty => _taps.Length == 0;

    public void Configure(MediaLegSettings settings) => (_sendCodec, _sendPayloadType) = (settings.Codec, settings.SendPayloadType);

    public void Add(LegTap tap) => _taps = [.. _taps, tap];

    public void Remove(LegTap tap, TimeSpan now)
    {
        if (!_taps.Contains(tap)) return;
        _taps = [.. _taps.Where(one => one != tap)];
        tap.Detach(now);
    }

    /// <summary>The leg is over.</summary>
    public void Close(TimeSpan now)
    {
        foreach (LegTap tap in _taps) tap.Detach(now);
        _taps = [];
    }

    /// <summary>A frame was accepted from the peer.</summary>
    /// <param name="datagram">Plain RTP.</param>
    /// <param name="frame">What it holds.</param>
    /// <param name="now">Monotonic.</param>
    public void OnReceived(ReadOnlySpan<byte> datagram, in RelayFrame frame, TimeSpan now)
    {
        if (_taps.Length == 0 || frame.IsEvent || frame.IsNoise) return;
        var tapped = new TappedFrame { At = now, Ssrc = frame.Ssrc, Timestamp = frame.Timestamp, Codec = frame.Codec };
        foreach (LegTap tap in _taps) tap.Take(tapped, datagram.Slice(frame.PayloadOffset, frame.PayloadLength));
    }

    /// <summary>A packet goes out to the peer.</summary>
    /// <param name="packet">Plain RTP.</param>
    /// <param name="now">Monotonic.</param>
    public void OnSent(ReadOnlySpan<byte> packet, TimeSpan now)
    {
        if (_taps.Length == 0 || !RtpView.TryParse(packet, out RtpView view) || view.PayloadType != _sendPayloadType) return;
        var tapped = new TappedFrame { At = now, Ssrc = view.Ssrc, Timestamp = view.Timestamp, Codec = _sendCodec, IsSent = true };
        foreach (LegTap tap in _taps) tap.Take(tapped, view.Payload);
    }
}
