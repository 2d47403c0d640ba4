using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Configuration;
using Tandem.Media;
using Tandem.Net.Datagrams;
using Xunit;

namespace Appliance.Tests.Media.Transcoding;

/// <summary>Two phones of different codecs whose legs are on different loops, with real sockets. Backends one after the other: they use the same ports.</summary>
[Collection("media loopback")]
public sealed class AcrossLoopsTests
{
    private static readonly TimeSpan s_packetTime = TimeSpan.FromMilliseconds(20);

    [Theory]
    [InlineData(DatagramIo.Epoll, AudioCodec.Pcmu, AudioCodec.G722)]
    [InlineData(DatagramIo.Uring, AudioCodec.G722, AudioCodec.Pcmu)]
    [InlineData(DatagramIo.Uring, AudioCodec.Opus, AudioCodec.Pcma)]
    public async Task What_one_says_on_one_loop_the_other_hears_in_its_codec_on_another(string backend, AudioCodec said, AudioCodec heard)
    {
        const int Packets = 150, Enough = 110, Pieces = 8;
        using MediaPlane plane = MediaPlane.Start(
            new MediaOptions { Ports = [new MediaPortRange(31200, 31299, null)], Loops = 2, Io = backend }, NullLoggerFactory.Instance);
        using LoopbackPhone talker = new(IPAddress.Loopback), listener = new(IPAddress.Loopback);
        MediaLeg a = plane.CreateLeg(new MediaLegRequest(IPAddress.Loopback, "a", _ => { }, 0))!, b = plane.CreateLeg(new MediaLegRequest(IPAddress.Loopback, "b", _ => { }, 1))!;
        Assert.NotEqual(a.LoopIndex, b.LoopIndex);
        a.Configure(Speaks(talker, said));
        b.Configure(Speaks(listener, heard));
        a.Connect(b);
        using var mouth = new FrameEncoder(said, 16_000, OpusSending.Default);
        var pcm = new short[mouth.RateHz / 50];
        var payload = new byte[1500];
        TimeSpan start = MediaClock.Now;
        for (int i = 0; i < Packets; i++)
        {
            TestSpeech.Fill(pcm, mouth.RateHz, (long)i * pcm.Length);
            int length = mouth.Encode(pcm, payload);
            MediaClock.SleepUntil(start + i * s_packetTime);
            talker.Send(a.LocalRtp, TestLeg.Packet((ushort)i, (uint)(i * said.ClockRateHz() / 50), TranscodeRig.Pt(said), payload: payload[..length]));
        }
        await listener.Expect(Enough);

        Received[] packets = listener.Rtp;
        Assert.All(packets, packet => Assert.Equal((TranscodeRig.Pt(heard), b.Ssrc), (packet.PayloadType, packet.Ssrc)));
        Assert.All(packets.Zip(packets.Skip(1)), pair => Assert.Equal(1, unchecked((short)(Number(pair.Second) - Number(pair.First)))));
        // A host that stalls makes the jitter buffer bridge a moment and change its delay: pieces without a stall must be what was said; wrong audio has none.
        Comparison[] pieces = [.. Enumerable.Range(0, Pieces).Select(i => Comparison.Of(Decode(packets, heard, out int rate), rate, 0.4 + 0.2 * i, 0.6 + 0.2 * i))];
        Assert.True(pieces.Count(piece => piece.Correlation > 0.9 && Math.Abs(piece.LevelDb) < 1) > 2, string.Join(" | ", pieces.Select(piece => piece.ToString())));
    }

    private static MediaLegSettings Speaks(LoopbackPhone phone, AudioCodec codec) => phone.Settings() with
    {
        Codec = codec,
        SendPayloadType = TranscodeRig.Pt(codec),
        ReceiveFormats = [(codec, TranscodeRig.Pt(codec))],
    };

    private static ushort Number(Received packet) => (ushort)(packet.Bytes[2] << 8 | packet.Bytes[3]);

    private static short[] Decode(Received[] packets, AudioCodec codec, out int rateHz)
    {
        using var ear = new FrameDecoder(codec, 16_000);
        rateHz = ear.RateHz;
        var piece = new short[rateHz / 5];
        List<short> pcm = [];
        foreach (Received packet in packets) pcm.AddRange(piece[..ear.Decode(packet.Payload, piece)]);
        return [.. pcm];
    }
}
