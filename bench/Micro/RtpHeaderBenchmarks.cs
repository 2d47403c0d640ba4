using BenchmarkDotNet.Attributes;
using Rtp.Core.Demultiplexing;
using Rtp.Core.Packets;
using Rtp.Core.Sequencing;

namespace Micro;

/// <summary>What every relayed packet costs in the header, beside the floor of copying it.</summary>
[MemoryDiagnoser]
public class RtpHeaderBenchmarks
{
    private readonly byte[] _packet = new byte[172];
    private readonly byte[] _copy = new byte[172];
    private readonly ReceptionStatistics _statistics = new(8000, minSequential: 1);
    private ushort _number;
    private TimeSpan _now;

    [GlobalSetup]
    public void Setup() => RtpWriter.WriteHeader(_packet, 0, false, 1, 160, 1);

    [Benchmark(Baseline = true)]
    public void Floor_copy_of_172_bytes() => _packet.AsSpan().CopyTo(_copy);

    [Benchmark]
    public int Parse() => RtpView.TryParse(_packet, out RtpView view) ? view.SequenceNumber + view.Payload.Length : 0;

    [Benchmark]
    public int Write() => RtpWriter.WriteHeader(_packet, 0, false, ++_number, _number * 160u, 1);

    [Benchmark]
    public void Rewrite() => RtpWriter.Rewrite(_packet, 8, ++_number, _number * 160u, 2);

    [Benchmark]
    public int Classify_parse_count_rewrite()
    {
        RtpWriter.WriteHeader(_packet, 0, false, ++_number, _number * 160u, 1);
        _now += TimeSpan.FromMilliseconds(20);
        if (PacketClassifier.Classify(_packet) != PacketKind.Rtp || !RtpView.TryParse(_packet, out RtpView view)) return 0;
        SequenceVerdict verdict = _statistics.OnPacket(view, _now);
        RtpWriter.Rewrite(_packet, 8, _number, _number * 160u, 2);
        return (int)verdict;
    }
}
