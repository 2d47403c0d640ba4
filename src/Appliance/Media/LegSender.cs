using System.Buffers.Binary;
using Codecs.G711;
using Rtp.Core.Packets;
using Rtp.Core.Payloads;

namespace Tandem.Media;

/// <summary>The sending half of a leg: prompts and keys by its own clock, or what another leg passes on.</summary>
/// <remarks>
/// The clock runs while there is something of our own to send. Its times are absolute, one packet's duration apart from the first, so it
/// never drifts; a loop that comes late sends what is due and is on time again.
/// </remarks>
/// <param name="stream">Numbers of everything sent here.</param>
/// <param name="phases">Of the loop.</param>
/// <param name="onEnded">An entry of the play list is over: its number, and whether it was played to its end.</param>
internal sealed class LegSender(OutboundStream stream, PlayoutPhases phases, Action<int, bool> onEnded)
{
    /// <summary>Later than this the machine stood still: go on from now instead of sending all that was missed in one burst.</summary>
    private static readonly TimeSpan s_hopeless = TimeSpan.FromMilliseconds(200);

    private readonly PlayList _list = new();
    private readonly TelephoneEventSender _keys = new(OutboundStream.ClockRateHz);
    private MediaLegSettings? _settings;
    private TimeSpan _packetTime;
    private TimeSpan _joinedAt;
    private uint _timestamp;      // of the next tick
    private int _packetUnits;
    private bool _running;
    private bool _talking;        // the packet before belongs to the same talkspurt

    /// <summary>When the next tick is due; MaxValue: nothing of our own to send.</summary>
    public TimeSpan Deadline { get; private set; } = TimeSpan.MaxValue;

    private bool HasOwnContent => !_list.IsEmpty || _keys.IsBusy;

    public void Configure(MediaLegSettings settings, TimeSpan now)
    {
        _settings = settings;
        int ptime = Math.Clamp(settings.PtimeMs, 10, 100);
        _packetTime = TimeSpan.FromMilliseconds(ptime);
        _packetUnits = ptime * (OutboundStream.ClockRateHz / 1000);
        stream.StopRelaying();
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

    /// <summary>Queues a key; audio pauses until it has been sent.</summary>
    public void SendKey(char key, TimeSpan duration, TimeSpan now)
    {
        if (_settings is not { TelephoneEventSendPt: >= 0 } || !_keys.TryEnqueue(key, duration)) return;
        StartClock(now);
    }

    /// <summary>One tick of the clock, due at <see cref="Deadline"/>.</summary>
    /// <param name="packet">Where to write; 12 bytes and <see cref="MediaLegSettings.PtimeMs"/> of audio.</param>
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
        }
        uint timestamp = _timestamp;
        _timestamp = unchecked(_timestamp + (uint)_packetUnits);
        Deadline += _packetTime;
        maySend &= _settings!.Send;
        if (_keys.IsBusy) return NextKeyPacket(packet, maySend, timestamp);

        Span<byte> payload = packet.Slice(RtpView.FixedHeaderLength, _packetUnits);
        if (!_list.TryFill(payload, _settings.Codec))
        {
            ReportEnded();
            StopClock();
            return 0;
        }
        bool starts = !_talking;
        _talking = maySend;
        if (!maySend) return 0;
        stream.WriteOwn(packet, _settings.SendPayloadType, starts, timestamp, payload.Length, _packetUnits, isEvent: false);
        return RtpView.FixedHeaderLength + payload.Length;
    }

    /// <summary>Makes a packet of our stream out of what the connected leg received, in place.</summary>
    /// <param name="datagram">As received; header and payload are overwritten.</param>
    /// <param name="frame">What it holds.</param>
    /// <param name="now">Monotonic.</param>
    /// <param name="offset">Where the packet to send starts in <paramref name="datagram"/>.</param>
    /// <returns>Its length; 0: not to be sent.</returns>
    public int Relay(Span<byte> datagram, in RelayFrame frame, TimeSpan now, out int offset)
    {
        offset = frame.PayloadOffset - RtpView.FixedHeaderLength;
        if (_settings is not { Send: true } settings || HasOwnContent) return 0;
        Span<byte> payload = datagram.Slice(frame.PayloadOffset, frame.PayloadLength);
        int payloadType, units;
        if (frame.IsEvent)
        {
            if (settings.TelephoneEventSendPt < 0 || payload.Length < TelephoneEvent.PayloadLength) return 0;
            payloadType = settings.TelephoneEventSendPt;
            units = BinaryPrimitives.ReadUInt16BigEndian(payload[2..]);
        }
        else
        {
            if (frame.Codec != settings.Codec) Transcode(payload, settings.Codec);
            payloadType = settings.SendPayloadType;
            units = payload.Length;
        }
        bool written = stream.TryWriteRelayed(datagram[offset..], (byte)payloadType, frame, units, now);
        return written ? RtpView.FixedHeaderLength + frame.PayloadLength : 0;
    }

    /// <summary>What is relayed from now on is another talkspurt.</summary>
    public void ChangeSource() => stream.StopRelaying();

    /// <summary>Leaves the phases of the loop; the leg is over.</summary>
    public void Close()
    {
        Stop();
        StopClock();
    }

    private static void Transcode(Span<byte> payload, AudioCodec to)
    {
        if (to == AudioCodec.Pcma) G711.MuLawToALaw(payload);
        else G711.ALawToMuLaw(payload);
    }

    private int NextKeyPacket(Span<byte> packet, bool maySend, uint timestamp)
    {
        _talking = false;
        if (!_keys.TryNext(timestamp, _packetUnits, out TelephoneEventPacket key)) return 0;    // the pause between two keys
        if (!maySend || _settings!.TelephoneEventSendPt < 0) return 0;
        int length = key.Payload.Write(packet[RtpView.FixedHeaderLength..]);
        stream.WriteOwn(packet, (byte)_settings.TelephoneEventSendPt, key.Marker, key.Timestamp, length, key.Payload.Duration, isEvent: true);
        return RtpView.FixedHeaderLength + length;
    }

    private void StartClock(TimeSpan now)
    {
        if (_running || _settings is null) return;
        _running = true;
        _talking = false;
        _joinedAt = phases.Join(now);
        Deadline = _joinedAt;
        _timestamp = stream.StartTimestamp(Deadline);
    }

    private void StopClock()
    {
        if (_running) phases.Leave(_joinedAt);
        _running = false;
        _talking = false;
        Deadline = TimeSpan.MaxValue;
    }

    private void ReportEnded()
    {
        while (_list.TryTakeEnded(out int playoutId)) onEnded(playoutId, true);
    }
}
