using System.Buffers.Binary;
using Codecs.G711;
using Rtp.Core.Packets;
using Rtp.Core.Payloads;

namespace Tandem.Media;

/// <summary>The sending half of a leg: prompts and keys by its own clock, or what another leg passes on, as it came or transcoded.</summary>
/// <remarks>
/// The clock runs while there is something of our own to send, or to transcode. Its times are absolute, one packet's duration apart from
/// the first, so it never drifts; a loop that comes late sends what is due and is on time again.
/// </remarks>
/// <param name="stream">Numbers of everything sent here.</param>
/// <param name="phases">Of the loop.</param>
/// <param name="onEnded">An entry of the play list is over: its number, and whether it was played to its end.</param>
internal sealed class LegSender(OutboundStream stream, PlayoutPhases phases, Action<int, bool> onEnded)
{
    /// <summary>Later than this the machine stood still: go on from now instead of sending all that was missed in one burst.</summary>
    private static readonly TimeSpan s_hopeless = TimeSpan.FromMilliseconds(200);

    /// <summary>A key heard in another leg's audio is sent on with this length: it is not over yet.</summary>
    private static readonly TimeSpan s_heardKey = TimeSpan.FromMilliseconds(100);

    private readonly PlayList _list = new();
    private KeyTones? _tones;              // these two from the first key on: most legs never send one
    private readonly LegTranscoding _transcoding = new(stream.Ssrc);
    private readonly EventRelay _events = new();
    private TelephoneEventSender? _keys;
    private FrameEncoder? _toneEncoder;
    private MediaLegSettings? _settings;
    private PlayoutPhases.Group? _group;
    private uint _timestamp;      // of the next tick
    private uint _eventStart;     // of the press that is passed on
    private int _unitsPerMs = 8;
    private int _eventClockRateHz = 8000;
    private int _ptimeMs = 20;
    private bool _held;
    private TimeSpan _early;      // how far the group's time is before what the first packet's would have been
    private bool _running;
    private bool _aligns;         // the next tick is the group's
    private bool _talking;        // the packet before belongs to the same talkspurt

    /// <summary>When the next tick is due; MaxValue: nothing of our own to send.</summary>
    public TimeSpan Deadline { get; private set; } = TimeSpan.MaxValue;

    /// <summary>Packets of audio passed on as they came.</summary>
    public long Relayed { get; private set; }

    /// <summary>Packets made of another leg's audio.</summary>
    public long Transcoded { get; private set; }

    private bool HasOwnContent => !_list.IsEmpty || HasKeys || HasTones;

    private bool HasKeys => _keys is { IsBusy: true };

    private bool HasTones => _tones is { IsBusy: true };

    private TelephoneEventSender Keys => _keys ??= new TelephoneEventSender(_eventClockRateHz);

    private KeyTones Tones => _tones ??= new KeyTones();

    private bool TakesEvents => _settings is { TelephoneEventSendPt: >= 0 };

    /// <param name="held">Nothing is played before <see cref="Release"/>: it could not be sent.</param>
    public void Configure(MediaLegSettings settings, TimeSpan now, bool held = false)
    {
        _held = held;
        if (held) StopClock();
        if (_settings is { } before && (before.Codec != settings.Codec || before.Opus != settings.Opus)) ForgetTones();
        _settings = settings;
        int clock = settings.Codec.ClockRateHz();
        bool anotherClock = clock != stream.ClockRateHz;
        stream.ChangeClockRate(clock, now);
        stream.StopRelaying();
        _unitsPerMs = clock / 1000;
        _ptimeMs = FrameEncoder.PacketMs(settings.Codec, Math.Clamp(settings.PtimeMs, 10, 60));
        int eventClock = settings.TelephoneEventSendClockHz > 0 ? settings.TelephoneEventSendClockHz : clock;
        if (eventClock != _eventClockRateHz) (_keys, _eventClockRateHz) = (null, eventClock);
        if (_running && anotherClock) _timestamp = stream.StartTimestamp(now);
        if (HasOwnContent) StartClock(now);
    }

    /// <summary>What waited is played from here.</summary>
    public void Release(TimeSpan now)
    {
        _held = false;
        if (HasOwnContent) StartClock(now);
    }

    public void Play(Prompt prompt, int playoutId, bool loop, TimeSpan now)
    {
        _list.Add(prompt, playoutId, loop);
        StartClock(now);
    }

    /// <summary>Empties the play list. A key being sent goes on.</summary>
    public void Stop()
    {
        ReportEnded();
        while (_list.TryDrop(out int playoutId)) onEnded(playoutId, false);
    }

    /// <summary>Queues a key: an event, or its tones where the peer takes no events. Audio pauses until it has been sent.</summary>
    public void SendKey(char key, TimeSpan duration, TimeSpan now)
    {
        if (_settings is null) return;
        if (!TakesEvents) Tones.Press(key, duration);
        else Keys.TryEnqueue(key, duration);
        if (HasOwnContent) StartClock(now);
    }

    /// <summary>One tick of the clock, due at <see cref="Deadline"/>.</summary>
    /// <param name="packet">Where to write; a full buffer.</param>
    /// <param name="maySend">False: time passes, nothing is sent.</param>
    /// <param name="now">Monotonic.</param>
    /// <returns>Length of the packet; 0: none.</returns>
    public int OnTick(Span<byte> packet, bool maySend, TimeSpan now)
    {
        ReportEnded();
        if (now - Deadline > s_hopeless)
        {
            Deadline = now;
            _timestamp = stream.StartTimestamp(now);
            _talking = false;
            _early = default;
            _aligns = _group is not null;
        }
        MediaLegSettings settings = _settings!;
        bool prompt = !HasKeys && !HasTones && !_list.IsEmpty;
        int ms = prompt && settings.Codec == AudioCodec.Opus ? 20 : _ptimeMs;    // prompts are kept in frames of 20 ms
        uint timestamp = _timestamp;
        TimeSpan due = Deadline;
        _timestamp = unchecked(_timestamp + (uint)(ms * _unitsPerMs));
        Deadline += TimeSpan.FromMilliseconds(ms);
        if (_aligns) JoinGroup(ms);
        maySend &= settings.Send;
        if (HasKeys) return NextKeyPacket(packet, maySend, timestamp, ms);

        Span<byte> payload = packet[RtpView.FixedHeaderLength..];
        int length, payloadType = settings.SendPayloadType;
        if (HasTones) length = NextToneFrame(settings, payload, ms);
        else if (prompt)
        {
            length = _list.Fill(payload, settings.Codec, ms);
            if (_list.IsEmpty) LeaveTimeToEnd();
        }
        else
        {
            length = _transcoding.Next(ms, payload, due, out bool isNoise);
            if (length > 0 && maySend) Transcoded++;
            if (isNoise) payloadType = settings.ComfortNoiseSendPt;
            if (length > 0 && isNoise) return maySend ? Write(packet, payloadType, marker: false, timestamp, length, 0) : 0;
        }
        if (length == 0)
        {
            ReportEnded();
            _talking = false;
            if (!HasOwnContent && _transcoding.IsIdle) StopClock();
            return 0;
        }
        bool starts = !_talking;
        _talking = maySend;
        return maySend ? Write(packet, payloadType, starts, timestamp, length, ms * _unitsPerMs) : 0;
    }

    /// <summary>Brings into the processor's cache what <see cref="Relay"/> will need.</summary>
    public long Touch() => (HasOwnContent ? 1 : 0) + (_transcoding.IsActive ? 1 : 0) + (_settings is { } settings ? settings.SendPayloadType + settings.PtimeMs : 0);

    /// <summary>The same for <see cref="OnTick"/>.</summary>
    public long TouchPlaying() => _list.Touch(_settings?.Codec ?? default);

    /// <summary>Makes a packet of our stream out of what the connected leg received, in place; or keeps it to be transcoded.</summary>
    /// <param name="datagram">As received; header and payload are overwritten.</param>
    /// <param name="frame">What it holds.</param>
    /// <param name="now">Monotonic.</param>
    /// <param name="offset">Where the packet to send starts in <paramref name="datagram"/>.</param>
    /// <returns>Its length; 0: nothing to be sent now.</returns>
    public int Relay(Span<byte> datagram, in RelayFrame frame, TimeSpan now, out int offset)
    {
        offset = frame.PayloadOffset - RtpView.FixedHeaderLength;
        if (_settings is not { Send: true } settings || !_list.IsEmpty) return 0;
        Span<byte> payload = datagram.Slice(frame.PayloadOffset, frame.PayloadLength);
        if (frame.PassOn) return PassOn(datagram[offset..], frame, now);
        if (frame.IsEvent) return RelayEvent(datagram[offset..], payload, frame, now);
        if (frame.Key != 0 && TakesEvents) return RelayHeardKey(frame, now);
        if (!LegTranscoding.CanPass(frame, payload, settings))
        {
            _transcoding.Put(frame, payload, settings, now);
            StartClock(now);
            return 0;
        }
        if (HasOwnContent) return 0;
        if (_transcoding.IsActive) StopTranscoding();
        if (frame.Codec != settings.Codec && !frame.IsNoise) Translate(payload, settings.Codec);
        int payloadType = frame.IsNoise ? settings.ComfortNoiseSendPt : settings.SendPayloadType;
        int units = frame.IsNoise ? 0 : FrameDecoder.DurationOf(settings.Codec, payload, out _);
        if (!stream.TryWriteRelayed(datagram[offset..], (byte)payloadType, frame, units, now)) return 0;
        Relayed++;
        return RtpView.FixedHeaderLength + frame.PayloadLength;
    }

    /// <inheritdoc cref="LegTranscoding.Expect"/>
    public void Expect(int lossPercent) => _transcoding.Expect(lossPercent);

    /// <summary>What is relayed from now on is another talkspurt.</summary>
    public void ChangeSource()
    {
        stream.StopRelaying();
        if (_transcoding.IsActive) StopTranscoding();
    }

    /// <summary>Leaves the phases of the loop; the leg is over.</summary>
    public void Close()
    {
        Stop();
        StopClock();
        _transcoding.Stop();
        ForgetTones();
    }

    /// <summary>Both peers mean the same by the payload type, so what it holds is theirs.</summary>
    private int PassOn(Span<byte> packet, in RelayFrame frame, TimeSpan now)
    {
        if (HasOwnContent) return 0;
        if (_transcoding.IsActive) StopTranscoding();
        return stream.TryWriteRelayed(packet, frame.PayloadType, frame, units: 0, now) ? RtpView.FixedHeaderLength + frame.PayloadLength : 0;
    }

    private static void Translate(Span<byte> payload, AudioCodec to)
    {
        if (to == AudioCodec.Pcma) G711.MuLawToALaw(payload);
        else G711.ALawToMuLaw(payload);
    }

    private int Write(Span<byte> packet, int payloadType, bool marker, uint timestamp, int length, int units)
    {
        stream.WriteOwn(packet, (byte)payloadType, marker, timestamp, length, units, isEvent: false);
        return RtpView.FixedHeaderLength + length;
    }

    private int NextKeyPacket(Span<byte> packet, bool maySend, uint timestamp, int ms)
    {
        _talking = false;
        _transcoding.Skip(ms, Deadline);
        if (!Keys.TryNext(timestamp, ms * (_eventClockRateHz / 1000), out TelephoneEventPacket key)) return 0;    // the pause between two keys
        if (!maySend || !TakesEvents) return 0;
        int length = key.Payload.Write(packet[RtpView.FixedHeaderLength..]);
        int units = key.Payload.Duration * _unitsPerMs / (_eventClockRateHz / 1000);
        stream.WriteOwn(packet, (byte)_settings!.TelephoneEventSendPt, key.Marker, key.Timestamp, length, units, isEvent: true);
        return RtpView.FixedHeaderLength + length;
    }

    private int NextToneFrame(MediaLegSettings settings, Span<byte> payload, int ms)
    {
        _transcoding.Skip(ms, Deadline);
        FrameEncoder encoder = _transcoding.Encoder ?? (_toneEncoder ??= new FrameEncoder(settings.Codec, 8000, settings.Opus));
        Span<short> pcm = TranscoderScratch.OfThread.Frame.AsSpan(0, ms * encoder.RateHz / 1000);
        Tones.Fill(pcm, encoder.RateHz);
        return encoder.Encode(pcm, payload);
    }

    private int RelayEvent(Span<byte> packet, Span<byte> payload, in RelayFrame frame, TimeSpan now)
    {
        if (payload.Length < TelephoneEvent.PayloadLength || HasKeys) return 0;
        bool alike = !_transcoding.IsActive && frame.Codec.ClockRateHz() == stream.ClockRateHz;
        if (alike && TakesEvents && frame.EventClockRateHz == _eventClockRateHz)
        {
            int told = BinaryPrimitives.ReadUInt16BigEndian(payload[2..]) * _unitsPerMs / (_eventClockRateHz / 1000);
            bool written = stream.TryWriteRelayed(packet, (byte)_settings!.TelephoneEventSendPt, frame, told, now);
            return written ? RtpView.FixedHeaderLength + payload.Length : 0;
        }
        if (!_events.TryTake(frame, payload, _eventClockRateHz, out uint segment, out bool starts)) return 0;
        if (!TakesEvents) return SoundEvent(starts, now);
        if (starts) _eventStart = _running ? _timestamp : stream.StartTimestamp(now);
        _transcoding.Mute(_events.IsDown, now);
        uint timestamp = unchecked(_eventStart + Units(segment));
        int units = (int)Units(BinaryPrimitives.ReadUInt16BigEndian(payload[2..]));
        stream.WriteOwn(packet, (byte)_settings!.TelephoneEventSendPt, starts, timestamp, TelephoneEvent.PayloadLength, units, isEvent: true);
        return RtpView.FixedHeaderLength + TelephoneEvent.PayloadLength;
    }

    private uint Units(long eventUnits) => unchecked((uint)(eventUnits * _unitsPerMs / (_eventClockRateHz / 1000)));

    /// <summary>The peer takes no events: it hears the key, for as long as it is down.</summary>
    private int SoundEvent(bool starts, TimeSpan now)
    {
        TimeSpan soFar = TimeSpan.FromMilliseconds(_events.Units / (_eventClockRateHz / 1000) + (_events.IsDown ? 3 * 20 : 0));
        if (starts) Tones.Hold(_events.Key, soFar);
        else Tones.Extend(soFar);
        StartClock(now);
        return 0;
    }

    /// <summary>The key goes on as an event; what is heard of it must not come a second time.</summary>
    private int RelayHeardKey(in RelayFrame frame, TimeSpan now)
    {
        if (frame.KeyStarts && Keys.TryEnqueue((char)frame.Key, s_heardKey)) StartClock(now);
        return 0;
    }

    private void StopTranscoding()
    {
        _transcoding.Stop();
        if (!HasOwnContent) StopClock();
    }

    private void ForgetTones()
    {
        _toneEncoder?.Dispose();
        _toneEncoder = null;
    }

    private void StartClock(TimeSpan now)
    {
        if (_running || _held || _settings is null) return;
        _running = true;
        _talking = false;
        _early = default;
        _aligns = HasOwnContent;    // what is transcoded comes by its source's clock: a tick before its time would find nothing
        Deadline = now;
        _timestamp = stream.StartTimestamp(now);
    }

    private void JoinGroup(int ms)
    {
        _aligns = false;
        _group ??= phases.Join(Deadline);
        TimeSpan time = _group.NotAfter(Deadline, TimeSpan.FromMilliseconds(Math.Min(ms, 20)));
        _early += Deadline - time;
        Deadline = time;
    }

    /// <summary>All has been sent, but who hears it has that to hear still: its end must not be told early.</summary>
    private void LeaveTimeToEnd()
    {
        Deadline += _early;
        _early = default;
        _aligns = true;    // should something follow
    }

    private void StopClock()
    {
        if (_group is { } group) phases.Leave(group);
        _group = null;
        _running = false;
        _talking = false;
        Deadline = TimeSpan.MaxValue;
    }

    private void ReportEnded()
    {
        while (_list.TryTakeEnded(out int playoutId)) onEnded(playoutId, true);
    }
}
