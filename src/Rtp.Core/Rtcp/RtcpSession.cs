using System.Buffers.Binary;
using Rtp.Core.Sequencing;

namespace Rtp.Core.Rtcp;

/// <summary>RTCP of one leg: when to report, what to report, and what the other side says of us. RFC 3550 §6.3, §6.4.</summary>
/// <remarks>
/// The owner feeds it what was sent and what came, asks for a datagram at <see cref="Deadline"/>, and sends it. Time is monotonic, and
/// so is the NTP time that it puts on the wire: a clock set on the host during a call changes no round trip. Not thread-safe, on purpose.
/// </remarks>
public sealed class RtcpSession
{
    /// <summary>Enough for any report that this session writes.</summary>
    public const int MaxReportLength = 4 + 24 + ReportBlock.Length + 4 + 264 + 4 + 4 + 256 + ExtendedReportLength;

    private const int ExtendedReportLength = 4 + 4 + 4 + 12;

    private static readonly TimeSpan s_longestRoundTrip = TimeSpan.FromSeconds(30);    // beyond it, a report block is old or made up

    private readonly RtcpOptions _options;
    private readonly ReceptionStatistics _reception;
    private readonly NtpTimestamp _ntpAtZero;
    private readonly byte[] _cname;
    private int _sendClockRateHz;
    private double _averageSize;
    private TimeSpan _lastReportAt;
    private bool _hasReported;
    private long _packetsAtReport, _packetsAtReportBefore;    // sent, when the last report and the one before it were written
    private long _receivedAtReport;
    private bool _hasSent;
    private uint _lastSentTimestamp;
    private TimeSpan _lastSentAt;
    private uint _lastSrSsrc;
    private uint _lastSr;
    private TimeSpan _lastSrAt;
    private bool _hasSr;
    private bool _hasHeard;
    private uint _referenceSsrc;
    private uint _reference;    // the receiver's time that is to be echoed (RFC 3611 §4.4)
    private TimeSpan _referenceAt;
    private bool _hasReference;

    /// <param name="ssrc">Ours.</param>
    /// <param name="cname">Canonical name, UTF-8, 1–255 bytes; the same for all streams of a call, and nothing that tells who calls (RFC 7022).</param>
    /// <param name="reception">What the leg receives; read when a report is written.</param>
    /// <param name="options">Checked by its owner.</param>
    /// <param name="ntpAtZero">NTP time at the monotonic zero.</param>
    /// <param name="now">The leg's start.</param>
    /// <param name="random">Uniform in [0, 1), for the first deadline.</param>
    public RtcpSession(
        uint ssrc, ReadOnlySpan<byte> cname, ReceptionStatistics reception, RtcpOptions options, NtpTimestamp ntpAtZero, TimeSpan now, double random)
    {
        ArgumentOutOfRangeException.ThrowIfZero(cname.Length, nameof(cname));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(cname.Length, 255, nameof(cname));
        Ssrc = ssrc;
        _cname = cname.ToArray();
        _reception = reception;
        _options = options;
        _sendClockRateHz = options.SendClockRateHz;
        _ntpAtZero = ntpAtZero;
        _lastReportAt = now;
        _averageSize = options.LowerLayerOctets + 4 + 24 + 4 + 4 + ((6 + cname.Length + 4) & ~3);    // the first report's own size, as A.7 advises
        Deadline = now + NextInterval(random);
    }

    public uint Ssrc { get; private set; }

    /// <summary>When <see cref="OnTimer"/> has work.</summary>
    public TimeSpan Deadline { get; private set; }

    public long PacketsSent { get; private set; }

    /// <summary>Payload octets sent.</summary>
    public long OctetsSent { get; private set; }

    public long ReportsSent { get; private set; }

    public long ReportsReceived { get; private set; }

    /// <summary>Those of them that said something of our stream.</summary>
    public long ReportsOfUs { get; private set; }

    /// <summary>Datagrams dropped as no RTCP.</summary>
    public long Malformed { get; private set; }

    /// <summary>The last round trip from LSR and DLSR (§6.4.1); null before the first.</summary>
    public TimeSpan? RoundTrip { get; private set; }

    public TimeSpan LongestRoundTrip { get; private set; }

    /// <summary>The last report block about our stream; null before the first. Its jitter is in units of the clock that we send at.</summary>
    public ReportBlock? RemoteView { get; private set; }

    /// <summary>Packets that we had sent when <see cref="RemoteView"/> came.</summary>
    public long PacketsSentAtRemoteView { get; private set; }

    /// <summary>What the telephone there last said of our stream (RFC 3611 §4.7); null where it says nothing of the kind.</summary>
    public VoipMetrics? RemoteMetrics { get; private set; }

    /// <summary>Jitter that the other side sees, in milliseconds; 0 before its first report.</summary>
    public double RemoteJitterMs => RemoteView is { } view ? view.Jitter * 1000.0 / _sendClockRateHz : 0;

    /// <summary>Our stream starts anew under another SSRC (after a collision, §8.2): its counts start at 0.</summary>
    public void ChangeSsrc(uint ssrc)
    {
        Ssrc = ssrc;
        PacketsSent = OctetsSent = 0;
        _packetsAtReport = _packetsAtReportBefore = 0;
        _hasSent = false;
        RemoteView = null;
        RemoteMetrics = null;
    }

    /// <summary>What we send changed to a codec with another timestamp clock.</summary>
    public void ChangeSendClockRate(int clockRateHz)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(clockRateHz);
        if (clockRateHz == _sendClockRateHz) return;
        _sendClockRateHz = clockRateHz;
        RemoteView = null;    // its jitter is in units of the clock before
        _hasSent = false;
    }

    /// <summary>Counts an RTP packet that was sent.</summary>
    /// <param name="payloadOctets">Without header and padding.</param>
    /// <param name="timestamp">Of the media clock at <paramref name="now"/>: for a telephone event that of the tick, not of the event's start.</param>
    /// <param name="now">When it was sent.</param>
    public void OnSent(int payloadOctets, uint timestamp, TimeSpan now)
    {
        PacketsSent++;
        OctetsSent += payloadOctets;
        _lastSentTimestamp = timestamp;
        _lastSentAt = now;
        _hasSent = true;
    }

    /// <summary>Takes an RTCP datagram from the leg's source.</summary>
    public RtcpOutcome OnDatagram(ReadOnlySpan<byte> datagram, TimeSpan now)
    {
        if (!RtcpReader.TryParse(datagram, out RtcpReader packet, _options.AllowReducedSize))
        {
            Malformed++;
            return RtcpOutcome.Malformed;
        }

        _hasHeard = true;
        Average(datagram.Length);
        RtcpOutcome outcome = RtcpOutcome.None;
        while (packet.Read())
        {
            outcome |= packet.Type switch
            {
                RtcpPacketType.SenderReport => OnSenderReport(packet, now),
                RtcpPacketType.ReceiverReport => OnReceiverReport(packet, now),
                RtcpPacketType.Bye => OnBye(packet),
                RtcpPacketType.ExtendedReport => OnExtendedReport(packet, now),
                _ => RtcpOutcome.None,    // SDES names are of no use to a leg; APP and feedback are passed over
            };
        }

        return outcome;
    }

    /// <summary>Writes the report that is due.</summary>
    /// <param name="now">At or after <see cref="Deadline"/>.</param>
    /// <param name="random">Uniform in [0, 1).</param>
    /// <param name="buffer">At least <see cref="MaxReportLength"/>.</param>
    /// <returns>Bytes to send; 0: not yet, by timer reconsideration (§6.3.6), and the deadline has moved.</returns>
    public int OnTimer(TimeSpan now, double random, Span<byte> buffer)
    {
        TimeSpan due = _lastReportAt + NextInterval(random);
        if (due > now)
        {
            Deadline = due;
            return 0;
        }

        var writer = new RtcpWriter(buffer);
        WriteReport(ref writer, now);
        Average(writer.Length);
        _lastReportAt = now;
        _hasReported = true;
        Deadline = now + NextInterval(random);
        return writer.Length;
    }

    /// <summary>Writes the last report and a BYE, to be sent at once: with few members no back-off is asked (§6.3.7).</summary>
    /// <returns>Bytes to send; 0 for a leg that never sent anything, which must not send a BYE.</returns>
    public int WriteBye(TimeSpan now, ReadOnlySpan<byte> reason, Span<byte> buffer)
    {
        if (PacketsSent == 0 && !_hasReported) return 0;
        var writer = new RtcpWriter(buffer);
        WriteReport(ref writer, now);
        writer.Bye(Ssrc, reason);
        Deadline = TimeSpan.MaxValue;
        return writer.Length;
    }

    private void WriteReport(ref RtcpWriter writer, TimeSpan now)
    {
        Span<ReportBlock> blocks = stackalloc ReportBlock[1];
        // §6.4: a block for each source heard since the last report.
        bool heard = _reception.IsValid && _reception.PacketsReceived != _receivedAtReport;
        if (heard) blocks[0] = MakeBlock(now);
        ReadOnlySpan<ReportBlock> reports = blocks[..(heard ? 1 : 0)];
        bool isSender = PacketsSent > _packetsAtReportBefore;    // sent since the report before the last (§6.4)
        if (isSender) writer.SenderReport(Ssrc, _ntpAtZero + now, TimestampAt(now), unchecked((uint)PacketsSent), unchecked((uint)OctetsSent), reports);
        else writer.ReceiverReport(Ssrc, reports);
        writer.Cname(Ssrc, _cname);
        if (_hasReference) writer.DelaySinceLastReceiverReport(Ssrc, _referenceSsrc, _reference, NtpTimestamp.ToMiddle(now - _referenceAt));
        _hasReference = false;    // one echo for each
        _receivedAtReport = _reception.PacketsReceived;
        _packetsAtReportBefore = _packetsAtReport;
        _packetsAtReport = PacketsSent;
        ReportsSent++;
    }

    private ReportBlock MakeBlock(TimeSpan now)
    {
        ReceptionInterval interval = _reception.TakeInterval();
        bool hasSr = _hasSr && _lastSrSsrc == _reception.Ssrc;
        return new ReportBlock(
            _reception.Ssrc, interval.FractionLost, interval.CumulativeLost, interval.ExtendedHighest, interval.JitterUnits,
            hasSr ? _lastSr : 0, hasSr ? NtpTimestamp.ToMiddle(now - _lastSrAt) : 0);
    }

    private uint TimestampAt(TimeSpan now) =>
        _hasSent ? unchecked(_lastSentTimestamp + (uint)(long)((Int128)(now - _lastSentAt).Ticks * _sendClockRateHz / TimeSpan.TicksPerSecond)) : 0;

    private RtcpOutcome OnSenderReport(in RtcpReader packet, TimeSpan now)
    {
        if (!SenderReport.TryParse(packet, out SenderReport report)) return RtcpOutcome.Malformed;
        if (report.Ssrc == Ssrc) return RtcpOutcome.SsrcCollision;
        _lastSrSsrc = report.Ssrc;
        _lastSr = report.Ntp.Middle;
        _lastSrAt = now;
        _hasSr = true;
        return OnReports(report.Reports, now);
    }

    private RtcpOutcome OnReceiverReport(in RtcpReader packet, TimeSpan now)
    {
        if (!ReceiverReport.TryParse(packet, out ReceiverReport report)) return RtcpOutcome.Malformed;
        return report.Ssrc == Ssrc ? RtcpOutcome.SsrcCollision : OnReports(report.Reports, now);
    }

    private RtcpOutcome OnReports(ReportBlocks blocks, TimeSpan now)
    {
        ReportsReceived++;
        for (int i = 0; i < blocks.Count; i++)
        {
            ReportBlock block = blocks[i];
            if (block.Ssrc != Ssrc) continue;
            RemoteView = block;
            ReportsOfUs++;
            PacketsSentAtRemoteView = PacketsSent;
            MeasureRoundTrip(block, now);
            return RtcpOutcome.Report;
        }

        return RtcpOutcome.None;
    }

    private RtcpOutcome OnExtendedReport(in RtcpReader packet, TimeSpan now)
    {
        if (!ExtendedReportReader.TryParse(packet, out ExtendedReportReader report)) return RtcpOutcome.Malformed;
        RtcpOutcome outcome = RtcpOutcome.None;
        while (report.Read())
        {
            switch (report.Type)
            {
                case ExtendedReportBlockType.ReceiverReferenceTime when report.Block.Length >= sizeof(ulong):
                    _referenceSsrc = report.Ssrc;
                    _reference = new NtpTimestamp(BinaryPrimitives.ReadUInt64BigEndian(report.Block)).Middle;
                    _referenceAt = now;
                    _hasReference = true;
                    break;
                case ExtendedReportBlockType.VoipMetrics when VoipMetrics.TryParse(report.Block, out VoipMetrics metrics) && metrics.Ssrc == Ssrc:
                    RemoteMetrics = metrics;
                    outcome = RtcpOutcome.Report;
                    break;
            }
        }

        return outcome;
    }

    private void MeasureRoundTrip(in ReportBlock block, TimeSpan now)
    {
        if (block.LastSr == 0) return;
        int units = unchecked((int)((_ntpAtZero + now).Middle - block.LastSr - block.DelaySinceLastSr));
        TimeSpan roundTrip = NtpTimestamp.FromMiddle(units);
        if (roundTrip > s_longestRoundTrip || roundTrip < -s_longestRoundTrip) return;
        if (roundTrip < TimeSpan.Zero) roundTrip = TimeSpan.Zero;    // their delay was rounded up, or their clock runs fast
        RoundTrip = roundTrip;
        if (roundTrip > LongestRoundTrip) LongestRoundTrip = roundTrip;
    }

    private RtcpOutcome OnBye(in RtcpReader packet)
    {
        if (!Goodbye.TryParse(packet, out Goodbye goodbye)) return RtcpOutcome.Malformed;
        bool ours = (_reception.HasSource && goodbye.Names(_reception.Ssrc)) || (_hasSr && goodbye.Names(_lastSrSsrc));
        return ours ? RtcpOutcome.Bye : RtcpOutcome.None;
    }

    private TimeSpan NextInterval(double random)
    {
        bool weSend = PacketsSent > _packetsAtReportBefore;
        bool theySend = _reception.HasSource;
        int members = theySend || _hasHeard ? 2 : 1;
        int senders = (weSend ? 1 : 0) + (theySend ? 1 : 0);
        return RtcpInterval.Compute(
            members, senders, _options.BandwidthOctetsPerSecond, weSend, _averageSize, initial: !_hasReported, _options.MinimumInterval, random);
    }

    private void Average(int datagramLength) => _averageSize += (datagramLength + _options.LowerLayerOctets - _averageSize) / 16;    // §6.3.3
}
