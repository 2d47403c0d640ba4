using Rtp.Core.Demultiplexing;
using Rtp.Core.Packets;
using Rtp.Core.Payloads;
using Rtp.Core.Rtcp;
using Tandem.Dtls;
using Tandem.Net.Interop;

namespace Tandem.Media;

/// <summary>One leg without its sockets: datagrams, commands and the time go in; packets, frames and events come out.</summary>
/// <remarks>One owner, the media loop; reads no clock and allocates nothing for a packet.</remarks>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "Close disposes what it owns: a leg ends with a packet, not with a using.")]
internal sealed class LegMachine
{
    private readonly MediaLeg _leg;
    private readonly Action<MediaEvent> _raise;
    private readonly OutboundStream _stream;
    private readonly LegReceiver _receiver;
    private readonly LegSender _sender;
    private readonly LegRtcp _rtcp;
    private readonly LegTargets _targets = new();
    private readonly LegTaps _taps = new();
    private readonly LegSecurity _security = new();
    private readonly LegDtls _dtls;
    private TimeSpan? _timeout;
    private TimeSpan _heardAt;
    private TimeSpan _authenticAt = TimeSpan.MinValue;
    private bool _timedOut;
    private long _sendFailures;

    /// <param name="leg">Named in events.</param>
    /// <param name="raise">Takes events on the owner's thread.</param>
    /// <param name="seed">Random numbers for the stream's start.</param>
    /// <param name="phases">Of the loop.</param>
    /// <param name="now">Monotonic.</param>
    /// <param name="endpoint">For DTLS; null: it is not spoken here.</param>
    public LegMachine(MediaLeg leg, Action<MediaEvent> raise, in LegSeed seed, PlayoutPhases phases, TimeSpan now, DtlsEndpoint? endpoint = null)
    {
        (_leg, _raise) = (leg, raise);
        _stream = new OutboundStream(leg.Ssrc, seed.SequenceNumber, seed.Timestamp, now);
        _receiver = new LegReceiver(_targets, OnKey);
        _sender = new LegSender(_stream, phases, OnPlayoutEnded);
        _dtls = new LegDtls(leg, endpoint, raise);
        _rtcp = new LegRtcp(leg.Ssrc, _receiver.Statistics, seed, now);
    }

    /// <summary>When <see cref="TryTakePacket"/> has something to do; MaxValue: never.</summary>
    public TimeSpan Deadline
    {
        get
        {
            TimeSpan earliest = _sender.Deadline;
            if (_receiver.Deadline < earliest) earliest = _receiver.Deadline;
            if (_rtcp.Deadline < earliest) earliest = _rtcp.Deadline;
            if (_dtls.Deadline < earliest) earliest = _dtls.Deadline;
            if (Ice is { } ice && ice.Deadline < earliest) earliest = ice.Deadline;
            return TimeoutAt < earliest ? TimeoutAt : earliest;
        }
    }

    /// <summary>Finds the peer; null: its source is learned from its packets.</summary>
    public LegIce? Ice { get; set; }

    /// <summary>The timestamp clock of what is sent.</summary>
    public int ClockRateHz => _stream.ClockRateHz;

    /// <summary>Where RTP goes; empty: nowhere yet.</summary>
    public NativeSocketAddress RtpTarget => _targets.Rtp;

    private TimeSpan TimeoutAt => _timeout is { } timeout && !_timedOut ? _heardAt + timeout : TimeSpan.MaxValue;

    /// <summary>Brings into the processor's cache what <see cref="OnDatagram"/> will need; see <see cref="LoopLegs.OnDatagrams"/>.</summary>
    public long TouchReceiving() => unchecked(_heardAt.Ticks + _receiver.Touch() + _targets.Rtp.Port + (_targets.IsForeign(default) ? 1 : 0)
        + _security.TouchReceiving() + (_taps.IsEmpty ? 1 : 0));

    /// <summary>The same for <see cref="Relay"/>.</summary>
    public long TouchSending() => unchecked(_sender.Touch() + _stream.LastTimestamp + _stream.PacketsSent + _targets.Rtp.Port
        + _rtcp.Touch() + _security.TouchSending() + (_taps.IsEmpty ? 1 : 0));

    /// <summary>The same for <see cref="TryTakePacket"/>.</summary>
    public long TouchPlaying() => unchecked(TouchSending() + _sender.TouchPlaying());

    public void Configure(MediaLegSettings settings, TimeSpan now)
    {
        _targets.Configure(settings);
        if (settings.Ice is { } ice && Ice is { IsActive: var known } && (Ice.Configure(ice, now) | !known)) _targets.Follow(Ice.Path);
        _dtls.Configure(settings.Dtls);
        _security.Configure(_dtls.Keys ?? settings.Srtp, _dtls.AwaitsKeys);
        BeginDtls(now);
        _receiver.Configure(settings);
        _sender.Configure(settings, now, held: _dtls.AwaitsKeys);
        _taps.Configure(settings);
        _rtcp.Configure(settings);
        _timeout = settings.MediaTimeout;
        _heardAt = now;    // the peer's time starts with what was agreed last
        _timedOut = false;
    }

    public void Play(Prompt prompt, int playoutId, bool loop, TimeSpan now) => _sender.Play(prompt, playoutId, loop, now);

    public void StopPlayout() => _sender.Stop();

    public void SendKey(char key, TimeSpan duration, TimeSpan now) => _sender.SendKey(key, duration, now);

    public void AddTap(LegTap tap) => _taps.Add(tap);

    public void RemoveTap(LegTap tap, TimeSpan now) => _taps.Remove(tap, now);

    /// <summary>Takes what the DTLS handshake came to; with keys, the leg begins to speak.</summary>
    public void Execute(DtlsCommand command, TimeSpan now)
    {
        if (_dtls.Execute(command) is not { } association) return;
        _targets.Believe(association.Peer);
        _security.Configure(_dtls.Keys);
        _sender.Release(now);
        Heard(now);
    }

    /// <summary>The leg whose audio this one sends was connected, replaced or taken away.</summary>
    public void ChangeSource() => _sender.ChangeSource();

    /// <summary>Takes a datagram that arrived on one of the leg's ports.</summary>
    /// <param name="datagram">Stays the caller's; decrypted in place.</param>
    /// <param name="source">Where it came from.</param>
    /// <param name="component">Which port.</param>
    /// <param name="now">Monotonic.</param>
    /// <param name="frame">What the connected leg may send.</param>
    /// <returns>True: there is such a frame.</returns>
    public bool OnDatagram(
        Span<byte> datagram, in NativeSocketAddress source, MediaComponent component, TimeSpan now, out RelayFrame frame)
    {
        frame = default;
        PacketKind kind = PacketClassifier.Classify(datagram);
        if (_security.IsActive && !TryUnprotect(ref datagram, kind, source, component)) return false;
        switch (kind)
        {
            case PacketKind.Rtp when component == MediaComponent.Rtp:
                ReceiveResult result = _receiver.OnRtp(datagram, source, now, out frame);
                if (result == ReceiveResult.Dropped) return false;
                Heard(now);
                if ((result & ReceiveResult.Locked) != 0) _raise(new SourceLocked(_leg, source.ToEndPoint()));
                if ((result & ReceiveResult.Relay) == 0) return false;
                _taps.OnReceived(datagram, frame, now);
                return true;
            case PacketKind.Rtcp:
                OnRtcp(datagram, source, component, now);
                break;
            case PacketKind.Dtls when component == MediaComponent.Rtp:
                if (_targets.PlaceOf(source) is not { } place || !_dtls.OnDatagram(datagram, source, place, now)) _receiver.CountRejected();
                break;
            default:
                _receiver.CountMalformed();
                break;
        }
        return false;
    }

    /// <summary>Whether a datagram, other than STUN, comes from the peer as ICE knows it; another one is counted and to be dropped.</summary>
    public bool PassesIce(int socket, in NativeSocketAddress source)
    {
        if (Ice is not { } ice || ice.Accepts(socket, source)) return true;
        _receiver.CountRejected();
        return false;
    }

    /// <summary>Takes a STUN datagram of a leg with ICE.</summary>
    /// <inheritdoc cref="LegIce.OnStun"/>
    /// <returns>Length of the reply; 0: none.</returns>
    public int OnStun(ReadOnlySpan<byte> datagram, int socket, in NativeSocketAddress source, TimeSpan now, Span<byte> reply, out bool learned)
    {
        if (Ice!.OnStun(datagram, socket, source, now, reply, out int length, out learned)) FollowPath(now);
        return length;
    }

    /// <summary>The peer proved itself over this path within the given time.</summary>
    public bool IsAlive(int socket, in NativeSocketAddress source, TimeSpan within, TimeSpan now) =>
        Ice is { } ice && ice.IsAlive(socket, source, within, _authenticAt, now);

    /// <summary>A received frame for which no leg is connected.</summary>
    public void DiscardFrame() => _receiver.CountDiscarded();

    /// <summary>Makes a packet of this leg's stream out of what the connected leg received, in place; it needs room behind for a tag.</summary>
    /// <inheritdoc cref="LegSender.Relay"/>
    public int Relay(Span<byte> datagram, in RelayFrame frame, TimeSpan now, out int offset)
    {
        offset = 0;
        int length = _targets.Rtp.IsEmpty ? 0 : _sender.Relay(datagram, frame, now, out offset);
        if (length == 0) return 0;
        _rtcp.OnRtpSent(length - RtpView.FixedHeaderLength, _stream.LastTimestamp, now);
        _taps.OnSent(datagram.Slice(offset, length), now);
        return _security.ProtectRtp(datagram[offset..], length);
    }

    /// <summary>Does what is due and stops at the first packet that comes of it; to be called until it returns false.</summary>
    /// <param name="packet">Where to write; a full buffer.</param>
    /// <param name="now">Monotonic.</param>
    /// <param name="outgoing">What to send, from the start of <paramref name="packet"/>.</param>
    public bool TryTakePacket(Span<byte> packet, TimeSpan now, out OutgoingPacket outgoing)
    {
        while (_dtls.Deadline <= now && _dtls.TryTake(now, out byte[] flight, out NativeSocketAddress peer))
        {
            if (Ice is { IsActive: true }) peer = _targets.Rtp;    // where the chosen way leads now
            if (peer.IsEmpty) continue;
            flight.CopyTo(packet);
            outgoing = new OutgoingPacket(MediaComponent.Rtp, flight.Length, peer);
            return true;
        }
        while (_sender.Deadline <= now)
        {
            int length = _sender.OnTick(packet, !_targets.Rtp.IsEmpty, now);
            if (length == 0) continue;
            _rtcp.OnRtpSent(length - RtpView.FixedHeaderLength, _stream.LastTimestamp, now);
            _taps.OnSent(packet[..length], now);
            length = _security.ProtectRtp(packet, length);
            if (length == 0) continue;
            outgoing = new OutgoingPacket(MediaComponent.Rtp, length, _targets.Rtp);
            return true;
        }
        if (Ice is not null && Ice.Deadline <= now && TryTakeCheck(packet, now, out outgoing)) return true;
        while (_receiver.Deadline <= now) _receiver.OnTimer(now);
        if (_rtcp.Deadline <= now && WriteRtcp(packet, _rtcp.WriteReport(packet, now, !_targets.Rtcp.IsEmpty), out outgoing)) return true;
        if (TimeoutAt <= now)
        {
            _timedOut = true;
            _raise(new MediaTimedOut(_leg));
        }
        outgoing = default;
        return false;
    }

    /// <summary>Ends everything: the play list is reported, and RTCP says BYE where it has said anything.</summary>
    /// <inheritdoc cref="TryTakePacket"/>
    public bool Close(Span<byte> packet, TimeSpan now, out OutgoingPacket outgoing)
    {
        _sender.Close();
        _taps.Close(now);
        _receiver.Dispose();
        bool leaves = WriteRtcp(packet, _targets.Rtcp.IsEmpty ? 0 : _rtcp.WriteBye(packet, now), out outgoing);
        _security.Dispose();
        _dtls.Close();
        return leaves;
    }

    /// <summary>The kernel refused a packet of this leg.</summary>
    public void CountSendFailure() => _sendFailures++;

    /// <summary>Counters as they stand.</summary>
    public LegStatistics Snapshot() => new()
    {
        PacketsSent = _stream.PacketsSent,
        OctetsSent = _stream.OctetsSent,
        PacketsRelayed = _sender.Relayed,
        PacketsTranscoded = _sender.Transcoded,
        PacketsReceived = _receiver.Statistics.PacketsReceived,
        OctetsReceived = _receiver.Statistics.OctetsReceived,
        Lost = _receiver.Statistics.PacketsLost,
        Duplicates = _receiver.Statistics.Duplicates,
        Late = _receiver.Statistics.Late,
        Rejected = _receiver.Rejected,
        Malformed = _receiver.Malformed,
        Discarded = _receiver.Discarded,
        NotAuthentic = _security.NotAuthentic,
        Replayed = _security.Replayed,
        SendFailures = _sendFailures,
        JitterMs = _receiver.Statistics.JitterMs,
        RoundTripMs = _rtcp.RoundTripMs,
        RemoteLost = _rtcp.RemoteLost,
        RemoteJitterMs = _rtcp.RemoteJitterMs,
        MeanOpinion = VoiceEstimate.Received(_receiver.Codec, _receiver.Statistics, _rtcp.RoundTripMs),
        RemoteMeanOpinion = VoiceEstimate.Remote(_rtcp),
        RtcpSent = _rtcp.Sent,
        RtcpReceived = _rtcp.Received,
        Digits = _receiver.Digits,
        Checks = Ice?.Counters.Checks ?? 0,
        RefusedChecks = Ice is { Counters: var c } ? c.Malformed + c.NotAuthentic + c.Replayed + c.RoleConflicts : 0,
    };

    private void FollowPath(TimeSpan now)
    {
        _targets.Follow(Ice!.Path);
        BeginDtls(now);
    }

    private void BeginDtls(TimeSpan now) => _dtls.Begin(_targets.Rtp, Ice is { IsActive: true } ? DtlsPlace.Proven : DtlsPlace.Expected, now);

    private bool TryTakeCheck(Span<byte> packet, TimeSpan now, out OutgoingPacket outgoing)
    {
        if (Ice!.OnTimer(_authenticAt, now)) FollowPath(now);
        int length = Ice.TryTakeCheck(packet, now, out int socket, out NativeSocketAddress target);
        outgoing = new OutgoingPacket(MediaComponent.Rtp, length, target) { Socket = socket };
        return length > 0;
    }

    private bool WriteRtcp(Span<byte> packet, int length, out OutgoingPacket outgoing)
    {
        length = _security.ProtectRtcp(packet, length);
        outgoing = new OutgoingPacket(_targets.Multiplexed ? MediaComponent.Rtp : MediaComponent.Rtcp, length, _targets.Rtcp);
        return length > 0;
    }

    /// <summary>Makes a packet plain; what does not prove authentic goes no further, so nothing is learned from it.</summary>
    private bool TryUnprotect(ref Span<byte> datagram, PacketKind kind, in NativeSocketAddress source, MediaComponent component)
    {
        bool isRtp = kind == PacketKind.Rtp && component == MediaComponent.Rtp;
        if (!isRtp && kind != PacketKind.Rtcp) return true;    // no business of SRTP
        if (isRtp && _targets.IsForeign(source))
        {
            _receiver.CountRejected();    // before it could use up a place in the window
            return false;
        }
        datagram = _security.Unprotect(datagram, isRtcp: !isRtp);
        return !datagram.IsEmpty;
    }

    private void OnRtcp(ReadOnlySpan<byte> datagram, in NativeSocketAddress source, MediaComponent component, TimeSpan now)
    {
        if (!LegRtcp.IsWellFormed(datagram)) _receiver.CountMalformed();
        else if (!_targets.AcceptsRtcp(source, component)) _receiver.CountRejected();
        else
        {
            if (_rtcp.OnReceived(datagram, now)) _sender.Expect(_rtcp.ExpectedLossPercent);
            Heard(now);
        }
    }

    private void Heard(TimeSpan now)
    {
        _heardAt = now;
        _timedOut = false;
        if (_security.IsActive) _authenticAt = now;
    }

    private void OnKey(DigitDetected key) => _raise(new DigitReceived(_leg, key.Digit, (int)key.Duration.TotalMilliseconds));

    private void OnPlayoutEnded(int playoutId, bool completed) => _raise(new PlayoutEnded(_leg, playoutId, completed));
}

/// <summary>A packet to send, at the start of the buffer it was written to.</summary>
internal readonly record struct OutgoingPacket(MediaComponent Component, int Length, NativeSocketAddress Target)
{
    /// <summary>Another socket than the component's own.</summary>
    public int? Socket { get; init; }
}

/// <summary>What a leg starts from: random numbers (RFC 3550 §5.1) and the wall clock.</summary>
/// <param name="SequenceNumber">Of the first packet.</param>
/// <param name="Timestamp">Of the moment the leg was created.</param>
/// <param name="Random">Names it in RTCP and spreads its reports in time.</param>
/// <param name="NtpAtZero">NTP time at the monotonic zero.</param>
internal readonly record struct LegSeed(ushort SequenceNumber, uint Timestamp, ulong Random, NtpTimestamp NtpAtZero);
