using System.Globalization;
using System.Text;
using Rtp.Core.Rtcp;
using Rtp.Core.Sequencing;

namespace Tandem.Media;

/// <summary>RTCP of one leg: its reports at random intervals, and what the peer's say of our stream.</summary>
internal sealed class LegRtcp
{
    private readonly RtcpSession _session;
    private readonly ExpectedLoss _expectedLoss = new();
    private ulong _random;

    public LegRtcp(uint ssrc, ReceptionStatistics reception, in LegSeed seed, TimeSpan now)
    {
        _random = seed.Random | 1;
        // RFC 7022 §4.2: a short-lived random name, so that nobody can tell by it who calls or which calls belong together.
        byte[] name = Encoding.ASCII.GetBytes(seed.Random.ToString("x16", CultureInfo.InvariantCulture));
        _session = new RtcpSession(ssrc, name, reception, new RtcpOptions(), seed.NtpAtZero, now, NextRandom());
    }

    /// <summary>When <see cref="WriteReport"/> has work.</summary>
    public TimeSpan Deadline => _session.Deadline;

    /// <summary>Brings into the processor's cache what <see cref="OnRtpSent"/> will need.</summary>
    public long Touch() => unchecked(_session.Deadline.Ticks + _session.PacketsSent + _session.OctetsSent);

    /// <summary>Of what is sent.</summary>
    public AudioCodec Codec { get; private set; }

    /// <summary>Datagrams.</summary>
    public long Sent { get; private set; }

    /// <inheritdoc cref="Sent"/>
    public long Received { get; private set; }

    public double? RoundTripMs => _session.RoundTrip?.TotalMilliseconds;

    public long RemoteLost => _session.RemoteView?.CumulativeLost ?? 0;

    /// <summary>Of the packets that we had sent by then; null before the peer's first report.</summary>
    public double? RemoteLossPercent => _session.RemoteView is { } view && _session.PacketsSentAtRemoteView is > 0 and var sent
        ? Math.Clamp(100.0 * view.CumulativeLost / sent, 0, 100) : null;

    /// <inheritdoc cref="ExpectedLoss.Percent"/>
    public int ExpectedLossPercent => _expectedLoss.Percent;

    /// <summary>What the telephone itself says; null where it does not.</summary>
    public VoipMetrics? RemoteMetrics => _session.RemoteMetrics;

    public double RemoteJitterMs => _session.RemoteJitterMs;

    /// <summary>Whether this is RTCP at all, whoever sent it.</summary>
    public static bool IsWellFormed(ReadOnlySpan<byte> datagram) => RtcpReader.TryParse(datagram, out _);

    /// <returns>True: <see cref="ExpectedLossPercent"/> changed.</returns>
    public bool OnReceived(ReadOnlySpan<byte> datagram, TimeSpan now)
    {
        Received++;
        long reports = _session.ReportsOfUs;
        // A BYE says that a source left, not that the call ended: signalling tells that.
        _session.OnDatagram(datagram, now);
        return _session.ReportsOfUs != reports && _session.RemoteView is { } view && _expectedLoss.OnReport(view.FractionLost);
    }

    /// <summary>Another codec is sent from now on.</summary>
    public void Configure(MediaLegSettings settings)
    {
        Codec = settings.Codec;
        _session.ChangeSendClockRate(settings.Codec.ClockRateHz());
    }

    /// <summary>An RTP packet was sent.</summary>
    public void OnRtpSent(int payloadOctets, uint timestamp, TimeSpan now) => _session.OnSent(payloadOctets, timestamp, now);

    /// <summary>Writes the report that is due.</summary>
    /// <param name="packet">At least <see cref="RtcpSession.MaxReportLength"/> bytes.</param>
    /// <param name="now">Monotonic.</param>
    /// <param name="maySend">False: there is nowhere to send it yet.</param>
    /// <returns>Its length; 0: none.</returns>
    public int WriteReport(Span<byte> packet, TimeSpan now, bool maySend)
    {
        int length = _session.OnTimer(now, NextRandom(), packet);
        if (!maySend || length == 0) return 0;
        Sent++;
        return length;
    }

    /// <summary>Writes the last report with a BYE (RFC 3550 §6.3.7); 0: nothing was ever sent, so there is nothing to take leave of.</summary>
    public int WriteBye(Span<byte> packet, TimeSpan now)
    {
        int length = _session.WriteBye(now, default, packet);
        if (length > 0) Sent++;
        return length;
    }

    // xorshift64: spreads reports in time; nothing secret hangs on it.
    private double NextRandom()
    {
        _random ^= _random << 13;
        _random ^= _random >> 7;
        _random ^= _random << 17;
        return (_random >> 11) * (1.0 / (1UL << 53));
    }
}
