using Rtp.Core.Packets;
using Rtp.Core.Payloads;
using Rtp.Core.Sequencing;
using Tandem.Net.Interop;

namespace Tandem.Media;

/// <summary>The receiving half of a leg: what belongs to it, what is counted, which keys were pressed, what may be passed on.</summary>
/// <param name="targets">Learns from what is received here.</param>
/// <param name="onKey">A press that is over.</param>
internal sealed class LegReceiver(LegTargets targets, Action<DigitDetected> onKey) : IDisposable
{
    /// <summary>Bytes of the longest payload that is taken.</summary>
    public const int MaxAudioPayload = 1500;

    private const byte None = 0, Noise = 1, FirstEvent = 2, FirstCodec = 16;    // kinds of payload types
    private const int MaxEvents = FirstCodec - FirstEvent;

    private readonly byte[] _payloadTypes = new byte[128];
    private UInt128 _passedOn;    // a bit for each payload type
    private EventReceiver[] _keys = [];
    private InbandKeys? _inband;
    private bool _receive;

    /// <summary>Loss and jitter; the source was locked before it counts, so its first packet is believed.</summary>
    public ReceptionStatistics Statistics { get; } = new(8000, minSequential: 1);

    /// <summary>Of the audio heard last.</summary>
    public AudioCodec Codec { get; private set; }

    public long Rejected { get; private set; }

    public long Malformed { get; private set; }

    public long Discarded { get; private set; }

    public int Digits { get; private set; }

    /// <summary>When <see cref="OnTimer"/> has work; MaxValue: never.</summary>
    public TimeSpan Deadline
    {
        get
        {
            TimeSpan earliest = TimeSpan.MaxValue;
            foreach (EventReceiver keys in _keys)
            {
                if (keys.Presses.Deadline < earliest) earliest = keys.Presses.Deadline;
            }
            return earliest;
        }
    }

    public void Configure(MediaLegSettings settings)
    {
        _receive = settings.Receive;
        if (settings.Codec != Codec) ChangeCodec(settings.Codec);
        Array.Clear(_payloadTypes);
        if (settings.ComfortNoiseReceivePt >= 0) _payloadTypes[settings.ComfortNoiseReceivePt & 0x7F] = Noise;
        foreach ((AudioCodec codec, byte payloadType) in settings.ReceiveFormats)
            _payloadTypes[payloadType & 0x7F] = (byte)(FirstCodec + (byte)codec);
        ConfigureKeys(settings);
        _passedOn = 0;
        foreach (byte payloadType in settings.PassedOn) _passedOn |= UInt128.One << (payloadType & 0x7F);
    }

    /// <summary>Brings into the processor's cache what <see cref="OnRtp"/> will need.</summary>
    public long Touch() => unchecked(_payloadTypes[0] + _payloadTypes[^1] + Discarded + Statistics.PacketsReceived + Statistics.JitterUnits
        + Statistics.OctetsReceived);

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
        if (!RtpView.TryParse(datagram, out RtpView view) || (_payloadTypes[view.PayloadType] is var kind && kind == None && !IsPassedOn(view.PayloadType))
            || view.Payload.Length > MaxAudioPayload)
        {
            Malformed++;
            return ReceiveResult.Dropped;
        }
        bool isEvent = kind is >= FirstEvent and < FirstCodec;
        SourceVerdict origin = targets.OnRtp(source, now);
        if (origin is SourceVerdict.Foreign or SourceVerdict.Learning)
        {
            Rejected++;
            return ReceiveResult.Dropped;
        }
        ReceiveResult heard = origin == SourceVerdict.Locked ? ReceiveResult.Heard | ReceiveResult.Locked : ReceiveResult.Heard;
        if (kind >= FirstCodec && (AudioCodec)(kind - FirstCodec) is var codec && codec != Codec) ChangeCodec(codec);
        if (Statistics.OnPacket(view, now) is SequenceVerdict.Duplicate or SequenceVerdict.Jump) return heard;
        if (!_receive)
        {
            Discarded++;
            return heard;
        }
        if (isEvent) Report(_keys[kind - FirstEvent].Presses.OnPacket(view, now));
        if (view.Payload.IsEmpty) return heard;    // a NAT keep-alive (RFC 6263 §4.5)

        frame.Ssrc = view.Ssrc;
        frame.Timestamp = view.Timestamp;
        frame.SequenceNumber = view.SequenceNumber;
        frame.Marker = view.Marker;
        frame.IsEvent = isEvent;
        frame.IsNoise = kind == Noise;
        frame.Codec = Codec;
        if (isEvent) frame.EventClockRateHz = _keys[kind - FirstEvent].ClockRateHz;
        else if (_inband is not null && kind != Noise) ListenForKeys(view.Payload, ref frame);
        frame.PassOn = IsPassedOn(view.PayloadType);
        frame.PayloadType = (byte)view.PayloadType;
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
    public void OnTimer(TimeSpan now)
    {
        foreach (EventReceiver keys in _keys) Report(keys.Presses.OnTimer(now));
    }

    public void Dispose() => _inband?.Dispose();

    private bool IsPassedOn(int payloadType) => ((_passedOn >> payloadType) & 1) != 0;

    private void ConfigureKeys(MediaLegSettings settings)
    {
        IReadOnlyList<(int ClockRateHz, byte PayloadType)> formats = settings.TelephoneEventFormats;
        if (formats.Count == 0 && settings.TelephoneEventReceivePt >= 0)
            formats = [(settings.Codec.ClockRateHz(), (byte)settings.TelephoneEventReceivePt)];
        int count = Math.Min(formats.Count, MaxEvents);
        var keys = new EventReceiver[count];
        for (int i = 0; i < count; i++)
        {
            int clock = formats[i].ClockRateHz;
            keys[i] = Array.Find(_keys, known => known.ClockRateHz == clock) ?? new EventReceiver(clock);    // a press may be under way
            _payloadTypes[formats[i].PayloadType & 0x7F] = (byte)(FirstEvent + i);
        }
        _keys = keys;
        if (settings.InbandKeys) _inband ??= new InbandKeys();
        else if (_inband is { } inband)
        {
            inband.Dispose();
            _inband = null;
        }
    }

    private void ChangeCodec(AudioCodec codec)
    {
        Codec = codec;
        Statistics.ChangeClockRate(codec.ClockRateHz());
    }

    private void ListenForKeys(ReadOnlySpan<byte> payload, ref RelayFrame frame)
    {
        char pressed = _inband!.Process(frame.Codec, payload);
        frame.KeyStarts = pressed != '\0';
        frame.Key = (byte)(frame.KeyStarts ? pressed : _inband.Pressed);
        if (frame.KeyStarts) Report(new DigitDetected(pressed, TimeSpan.Zero, 0, EndLost: false));
    }

    private void Report(DigitDetected? key)
    {
        if (key is not { } press) return;
        Digits++;
        onKey(press);
    }
}

/// <summary>Presses at one clock.</summary>
internal sealed class EventReceiver(int clockRateHz)
{
    public int ClockRateHz => clockRateHz;

    public TelephoneEventReceiver Presses { get; } = new(clockRateHz);
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
