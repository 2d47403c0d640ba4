using Rtp.Core.Packets;
using Rtp.Core.Payloads;
using Rtp.Core.Sequencing;
using Tandem.Net.Interop;

namespace Tandem.Media;

/// <summary>The receiving half of a leg: what belongs to it, what is counted, which keys were pressed, what may be passed on.</summary>
/// <param name="targets">Learns from what is received here.</param>
/// <param name="onKey">A press that is over.</param>
internal sealed class LegReceiver(LegTargets targets, Action<DigitDetected> onKey)
{
    private const byte None = 0, Event = 1, FirstCodec = 2;
    private const int MaxAudioPayload = 1500;

    private readonly byte[] _payloadTypes = new byte[128];
    private readonly TelephoneEventReceiver _keys = new(OutboundStream.ClockRateHz);
    private bool _receive;

    /// <summary>Loss and jitter; the source was locked before it counts, so its first packet is believed.</summary>
    public ReceptionStatistics Statistics { get; } = new(OutboundStream.ClockRateHz, minSequential: 1);

    public long Rejected { get; private set; }

    public long Malformed { get; private set; }

    public long Discarded { get; private set; }

    public int Digits { get; private set; }

    /// <summary>When <see cref="OnTimer"/> has work; MaxValue: never.</summary>
    public TimeSpan Deadline => _keys.Deadline;

    public void Configure(MediaLegSettings settings)
    {
        _receive = settings.Receive;
        Array.Clear(_payloadTypes);
        foreach ((AudioCodec codec, byte payloadType) in settings.ReceiveFormats)
            _payloadTypes[payloadType & 0x7F] = (byte)(FirstCodec + (byte)codec);
        if (settings.TelephoneEventReceivePt >= 0) _payloadTypes[settings.TelephoneEventReceivePt & 0x7F] = Event;
    }

    /// <summary>Takes a datagram that looks like RTP.</summary>
    /// <param name="datagram">Stays the caller's.</param>
    /// <param name="source">Where it came from.</param>
    /// <param name="now">Monotonic.</param>
    /// <param name="frame">What another leg may send; only with <see cref="ReceiveResult.Relay"/> set.</param>
    public ReceiveResult OnRtp(ReadOnlySpan<byte> datagram, in NativeSocketAddress source, TimeSpan now, out RelayFrame frame)
    {
        frame = default;
        if (targets.IsForeign(source))
        {
            Rejected++;
            return ReceiveResult.Dropped;
        }
        if (!RtpView.TryParse(datagram, out RtpView view) || _payloadTypes[view.PayloadType] is var kind && kind == None
            || view.Payload.Length > MaxAudioPayload)
        {
            Malformed++;
            return ReceiveResult.Dropped;
        }
        SourceVerdict origin = targets.OnRtp(source, now);
        if (origin is SourceVerdict.Foreign or SourceVerdict.Learning)
        {
            Rejected++;
            return ReceiveResult.Dropped;
        }
        ReceiveResult heard = origin == SourceVerdict.Locked ? ReceiveResult.Heard | ReceiveResult.Locked : ReceiveResult.Heard;
        if (Statistics.OnPacket(view, now) is SequenceVerdict.Duplicate or SequenceVerdict.Jump) return heard;
        if (!_receive)
        {
            Discarded++;
            return heard;
        }
        if (kind == Event) OnKeys(view, now);
        if (view.Payload.IsEmpty) return heard;    // a NAT keep-alive (RFC 6263 §4.5)

        frame.Ssrc = view.Ssrc;
        frame.Timestamp = view.Timestamp;
        frame.SequenceNumber = view.SequenceNumber;
        frame.Marker = view.Marker;
        frame.IsEvent = kind == Event;
        frame.Codec = kind == Event ? default : (AudioCodec)(kind - FirstCodec);
        frame.PayloadOffset = view.HeaderLength;
        frame.PayloadLength = view.Payload.Length;
        return heard | ReceiveResult.Relay;
    }

    /// <summary>RTCP from elsewhere.</summary>
    public void CountRejected() => Rejected++;

    public void CountMalformed() => Malformed++;

    /// <summary>Nobody to pass a frame on to.</summary>
    public void CountDiscarded() => Discarded++;

    /// <summary>Ends a press that has gone silent.</summary>
    public void OnTimer(TimeSpan now) => Report(_keys.OnTimer(now));

    private void OnKeys(in RtpView view, TimeSpan now) => Report(_keys.OnPacket(view, now));

    private void Report(DigitDetected? key)
    {
        if (key is not { } press) return;
        Digits++;
        onKey(press);
    }
}

/// <summary>What came of a datagram.</summary>
[Flags]
internal enum ReceiveResult : byte
{
    Dropped = 0,

    /// <summary>It is the peer's: the peer is alive.</summary>
    Heard = 1,

    /// <summary>Its source has just been learned.</summary>
    Locked = 2,

    /// <summary>There is a frame to pass on.</summary>
    Relay = 4,
}
