using BenchmarkDotNet.Attributes;
using Rtp.Core.Packets;
using Rtp.Core.Rtcp;
using Rtp.Core.Sequencing;

namespace Micro;

/// <summary>RTCP of one leg: once in five seconds each way, so microseconds would do.</summary>
[MemoryDiagnoser]
public class RtcpBenchmarks
{
    private readonly byte[] _buffer = new byte[RtcpSession.MaxReportLength];
    private readonly byte[] _incoming = new byte[200];
    private readonly byte[] _rtp = new byte[172];
    private readonly ReceptionStatistics _reception = new(8000, minSequential: 1);
    private RtcpSession _session = null!;
    private int _incomingLength;
    private TimeSpan _now;
    private ushort _number;

    [GlobalSetup]
    public void Setup()
    {
        _session = new RtcpSession(1, "c"u8, _reception, new RtcpOptions(), NtpTimestamp.FromUnix(TimeSpan.Zero), TimeSpan.Zero, 0.5);
        var writer = new RtcpWriter(_incoming);
        writer.SenderReport(2, new NtpTimestamp(1), 1, 1, 1, [new ReportBlock(1, 0, 0, 1, 1, 1, 1)]);
        writer.Cname(2, "peer@example"u8);
        _incomingLength = writer.Length;
    }

    [Benchmark(Baseline = true)]
    public void Floor_copy() => _incoming.AsSpan(0, _incomingLength).CopyTo(_buffer);

    [Benchmark]
    public RtcpOutcome Read_a_report() => _session.OnDatagram(_incoming.AsSpan(0, _incomingLength), _now);

    [Benchmark]
    public int Write_a_report()
    {
        _now += TimeSpan.FromSeconds(20);
        RtpWriter.WriteHeader(_rtp, 0, false, ++_number, 0, 2);
        if (RtpView.TryParse(_rtp, out RtpView view)) _reception.OnPacket(view, _now);
        _session.OnSent(160, 0, _now);
        return _session.OnTimer(_now, 0.5, _buffer);
    }
}
