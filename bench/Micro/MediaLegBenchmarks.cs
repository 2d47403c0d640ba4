using System.Net;
using BenchmarkDotNet.Attributes;
using Rtp.Core.Packets;
using Tandem.Media;
using Tandem.Net.Interop;

namespace Micro;

/// <summary>What a packet costs in a leg, without the kernel: received and passed on, translated, or made out of a prompt.</summary>
[MemoryDiagnoser]
public class MediaLegBenchmarks
{
    private static readonly TimeSpan s_packetTime = TimeSpan.FromMilliseconds(20);

    private readonly byte[] _packet = new byte[172];
    private readonly byte[] _buffer = new byte[2048];
    private readonly NativeSocketAddress _source = NativeSocketAddress.From(IPAddress.Parse("192.0.2.10"), 4000);
    private readonly LegMachine _receiver = Leg(1, AudioCodec.Pcmu);
    private readonly LegMachine _same = Leg(2, AudioCodec.Pcmu);
    private readonly LegMachine _other = Leg(3, AudioCodec.Pcma);
    private readonly LegMachine _player = Leg(4, AudioCodec.Pcmu);
    private ushort _sequence;
    private uint _timestamp;
    private TimeSpan _now;

    public MediaLegBenchmarks() => _player.Play(new Prompt(new short[80_000], "bench"), 1, loop: true, TimeSpan.Zero);

    [Benchmark(Description = "relay, same codec")]
    public int Relay() => Pass(_same);

    [Benchmark(Description = "relay, PCMU to PCMA")]
    public int Translate() => Pass(_other);

    [Benchmark(Description = "prompt packet")]
    public int Play()
    {
        while (true)
        {
            if (_player.TryTakePacket(_buffer, _player.Deadline, out OutgoingPacket packet) && packet.Component == MediaComponent.Rtp) return packet.Length;
        }
    }

    private int Pass(LegMachine to)
    {
        unchecked
        {
            RtpWriter.WriteHeader(_packet, 0, false, _sequence++, _timestamp += 160, 77);
        }
        _now += s_packetTime;
        return _receiver.OnDatagram(_packet, _source, MediaComponent.Rtp, _now, out RelayFrame frame) ? to.Relay(_packet, frame, _now, out _) : 0;
    }

    private static LegMachine Leg(uint ssrc, AudioCodec codec)
    {
        var phone = new IPEndPoint(IPAddress.Parse("192.0.2.10"), 4000);
        var handle = new MediaLeg(ssrc, new IPEndPoint(IPAddress.Loopback, 30000), 0, ssrc, _ => { }, _ => { });
        var leg = new LegMachine(handle, _ => { }, new LegSeed(0, 0, 1, default), new PlayoutPhases(), TimeSpan.Zero);
        leg.Configure(
            new MediaLegSettings(phone, phone, codec, (byte)(codec == AudioCodec.Pcma ? 8 : 0), [(AudioCodec.Pcmu, 0)], 101, 101, true, true, 20, null, false),
            TimeSpan.Zero);
        return leg;
    }
}
