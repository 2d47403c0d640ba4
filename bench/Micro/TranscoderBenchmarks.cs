using BenchmarkDotNet.Attributes;
using Tandem.Media;

namespace Micro;

/// <summary>20 ms of one direction between two legs that do not speak alike: what came is kept, decoded, encoded and ready to be sent.</summary>
[MemoryDiagnoser]
public class TranscoderBenchmarks : IDisposable
{
    private readonly byte[] _payload = new byte[1500], _sent = new byte[1500];
    private Transcoder _transcoder = null!;
    private int _length;
    private int _packets;

    public enum Pair { OpusToPcmu, PcmuToOpus, G722ToPcmu, PcmuToG722, OpusToG722, G722ToOpus }

    [Params(Pair.OpusToPcmu, Pair.PcmuToOpus, Pair.G722ToPcmu, Pair.PcmuToG722, Pair.OpusToG722, Pair.G722ToOpus)]
    public Pair Legs { get; set; }

    private AudioCodec From => Legs switch
    {
        Pair.OpusToPcmu or Pair.OpusToG722 => AudioCodec.Opus,
        Pair.G722ToPcmu or Pair.G722ToOpus => AudioCodec.G722,
        _ => AudioCodec.Pcmu,
    };

    private AudioCodec To => Legs switch
    {
        Pair.OpusToPcmu or Pair.G722ToPcmu => AudioCodec.Pcmu,
        Pair.PcmuToOpus or Pair.G722ToOpus => AudioCodec.Opus,
        _ => AudioCodec.G722,
    };

    [GlobalSetup]
    public void Setup()
    {
        System.Net.IPEndPoint phone = new(System.Net.IPAddress.Loopback, 4000);
        var settings = new MediaLegSettings(phone, phone, To, 96, [(To, 96)], -1, -1, Send: true, Receive: true, 20, null, RelearnSource: false);
        _transcoder = new Transcoder(From, settings, seed: 1);
        using var mouth = new FrameEncoder(From, To.SampleRateHz(), OpusSending.Default);
        var pcm = new short[mouth.RateHz / 50];
        for (int frame = 0; frame < 10; frame++)
        {
            for (int i = 0; i < pcm.Length; i++) pcm[i] = (short)(6000 * Math.Sin(0.0001 * i * i + 0.3 * i));
            _length = mouth.Encode(pcm, _payload);
        }
    }

    [Benchmark]
    public int TwentyMilliseconds()
    {
        int i = _packets++;
        var frame = new RelayFrame { Ssrc = 1, SequenceNumber = unchecked((ushort)i), Timestamp = unchecked((uint)i * (uint)(From.ClockRateHz() / 50)), Codec = From };
        _transcoder.Put(frame, _payload.AsSpan(0, _length), TimeSpan.FromMilliseconds(20.0 * i));
        _transcoder.Next(20, _sent, TimeSpan.FromMilliseconds(20.0 * i + 7), out int length);
        return length;
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _transcoder?.Dispose();
        GC.SuppressFinalize(this);
    }
}
