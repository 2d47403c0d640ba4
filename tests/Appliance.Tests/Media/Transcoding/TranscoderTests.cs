using Rtp.Core.Packets;
using Tandem.Media;
using Tandem.Net.Interop;
using Xunit;

namespace Appliance.Tests.Media.Transcoding;

public class TranscoderTests
{
    private static readonly AudioCodec[] s_codecs = [AudioCodec.Pcmu, AudioCodec.Pcma, AudioCodec.G722, AudioCodec.Opus, AudioCodec.L16, AudioCodec.L16Wide];

    public static TheoryData<AudioCodec, AudioCodec> Pairs()
    {
        var pairs = new TheoryData<AudioCodec, AudioCodec>();
        foreach (AudioCodec from in s_codecs)
        {
            foreach (AudioCodec to in s_codecs)
            {
                if (from != to && !(from.IsG711() && to.IsG711())) pairs.Add(from, to);
            }
        }
        return pairs;
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void What_one_says_the_other_hears(AudioCodec from, AudioCodec to)
    {
        using var rig = new TranscodeRig(from, to);
        rig.Say(TimeSpan.FromSeconds(4));
        Assert.InRange(rig.Audio.Count, 192, 200);
        Contiguous(rig, 20);
        Comparison heard = rig.Compare(0.5, 3.8);
        AssertGood(heard, from, to);
        Assert.InRange(rig.Audio[0].At.TotalMilliseconds, 0, 60);
        Assert.InRange(heard.DelayMs, 4, from == AudioCodec.Opus ? 10 : 30);
        // Opus makes tones anew: what its coder leaves of them is the measure, in windows that lie a little elsewhere.
        Comparison coded = OnlyCoded(from, to);
        Assert.True(heard.Correlation > coded.Correlation - 0.04 && Math.Abs(heard.LevelDb - coded.LevelDb) < 0.1 && heard.LargestStep < 1.05, $"{heard}, only coded {coded}");
    }

    [Theory]
    [InlineData(AudioCodec.Pcmu, AudioCodec.Pcmu)]
    [InlineData(AudioCodec.Pcma, AudioCodec.G722)]
    [InlineData(AudioCodec.G722, AudioCodec.G722)]
    [InlineData(AudioCodec.Opus, AudioCodec.Pcmu)]
    [InlineData(AudioCodec.Pcma, AudioCodec.Opus)]
    public void Packets_of_any_length_become_packets_of_any_other(AudioCodec from, AudioCodec to)
    {
        foreach (int fromPtime in (int[])[10, 20, 30, 40, 60])
        {
            foreach (int toPtime in (int[])[10, 20, 30, 40, 60])
            {
                if ((from == to && fromPtime == toPtime) || (fromPtime == 30 && from == AudioCodec.Opus)) continue;
                using var rig = new TranscodeRig(from, to, fromPtime, toPtime);
                rig.Say(TimeSpan.FromSeconds(2.4));
                int sent = FrameEncoder.PacketMs(to, toPtime);
                Contiguous(rig, sent);
                Assert.InRange(rig.Audio.Count, (2400 - 160) / sent, 2400 / sent);
                Comparison heard = rig.Compare(0.4, 2.2);    // the delay comes down from the first guess meanwhile, a period at a time
                Assert.True(heard.Correlation > 0.75 && Math.Abs(heard.LevelDb) < 1.5 && heard.LargestStep < 1.3, $"{fromPtime} to {toPtime}: {heard}");
            }
        }
    }

    [Fact]
    public void Packets_longer_than_the_peer_takes_are_cut_and_others_pass()
    {
        using var rig = new TranscodeRig(AudioCodec.Opus, AudioCodec.Opus, 60, 60, settings => settings with { MaxPtimeMs = 40, PtimeMs = 40 });
        rig.Say(TimeSpan.FromSeconds(2.4));
        Contiguous(rig, 40);
        using var passes = new TranscodeRig(AudioCodec.Opus, AudioCodec.Opus, 20, 20, settings => settings with { MaxPtimeMs = 40, PtimeMs = 40 });
        passes.Say(TimeSpan.FromSeconds(1));
        Assert.Equal(50, passes.Audio.Count);
        Assert.All(passes.Audio.Zip(passes.Audio.Skip(1)), pair => Assert.Equal(960u, pair.Second.Timestamp - pair.First.Timestamp));
    }

    [Theory]
    [InlineData(AudioCodec.Pcmu, AudioCodec.G722, 0.6)]
    [InlineData(AudioCodec.G722, AudioCodec.Pcma, 0.6)]
    [InlineData(AudioCodec.Opus, AudioCodec.Pcmu, 0.6)]
    public void Losses_are_filled_in(AudioCodec from, AudioCodec to, double least)
    {
        using var rig = new TranscodeRig(from, to);
        rig.Say(TimeSpan.FromSeconds(6), lost: i => i % 20 == 13);
        Contiguous(rig, 20);
        Comparison heard = rig.Compare(0.5, 5.8);
        Assert.True(heard.Correlation > least && Math.Abs(heard.LevelDb) < 1.5, heard.ToString());
    }

    [Fact]
    public void Redundancy_of_Opus_makes_good_what_is_lost()
    {
        double Worst(bool fec)
        {
            using var rig = new TranscodeRig(AudioCodec.Opus, AudioCodec.Pcmu, mouth: new OpusSending(10, 40_000, Codecs.Opus.OpusApplication.Voip, fec));
            rig.Say(TimeSpan.FromSeconds(6), lost: i => i % 10 == 7);
            return rig.Compare(0.5, 5.8).Correlation;
        }
        double with = Worst(fec: true), without = Worst(fec: false);
        Assert.True(with > without, $"with redundancy {with}, without {without}");
    }

    [Theory]
    [InlineData(AudioCodec.Pcmu, AudioCodec.L16Wide)]
    [InlineData(AudioCodec.Opus, AudioCodec.Pcma)]
    public void Jitter_and_reordering_are_not_heard(AudioCodec from, AudioCodec to)
    {
        var random = new Random(7);
        using var rig = new TranscodeRig(from, to);
        rig.Say(TimeSpan.FromSeconds(12), late: _ => TimeSpan.FromMilliseconds(random.NextDouble() < 0.1 ? 45 : random.Next(0, 15)));
        Comparison heard = rig.Compare(6, 11.5);
        AssertGood(heard, from, to, least: 0.8);
        Assert.True(heard.DelayMs < 100, heard.ToString());
    }

    [Fact]
    public void Another_source_is_heard_at_once()
    {
        using var rig = new TranscodeRig(AudioCodec.Opus, AudioCodec.Pcmu);
        rig.Say(TimeSpan.FromSeconds(2));
        rig.Restart(ssrc: 99);
        rig.Say(TimeSpan.FromSeconds(3));
        Assert.InRange(rig.Audio.Count, 240, 251);
        AssertGood(rig.Compare(3, 4.8), AudioCodec.Opus, AudioCodec.Pcmu);
    }

    [Fact]
    public void Silence_that_Opus_does_not_send_is_filled_with_its_background()
    {
        using var rig = new TranscodeRig(AudioCodec.Opus, AudioCodec.Pcmu, mouth: OpusSending.Default with { Dtx = true });
        rig.Say(TimeSpan.FromSeconds(2));
        int before = rig.Audio.Count;
        rig.Say(TimeSpan.FromSeconds(3), silent: true);
        rig.Say(TimeSpan.FromSeconds(2));
        Assert.True(rig.Receiving.Machine.Snapshot().PacketsReceived < 280, "the talker did send its silence");
        Assert.InRange(rig.Audio.Count, before + 240, before + 255);
        Contiguous(rig, 20);
        AssertGood(rig.Compare(5.5, 6.8), AudioCodec.Opus, AudioCodec.Pcmu);
    }

    [Fact]
    public void Described_silence_is_heard_as_noise_where_the_peer_knows_no_comfort_noise()
    {
        using var rig = new TranscodeRig(AudioCodec.Pcmu, AudioCodec.L16);
        rig.Say(TimeSpan.FromSeconds(1));
        int before = rig.Audio.Count;
        rig.Send(13, [40]);
        rig.Pause(TimeSpan.FromSeconds(2));
        Assert.InRange(rig.Audio.Count, before + 90, before + 105);
        Contiguous(rig, 20);
        short[] noise = rig.Heard(out int rate)[^8000..];
        double level = 10 * Math.Log10(noise.Average(sample => (double)sample * sample) / (32_768.0 * 32_768.0 / 2));
        Assert.InRange(level, -48, -34);
        Assert.Equal(8000, rate);
    }

    [Fact]
    public void Described_silence_is_described_again_where_the_peer_knows_comfort_noise()
    {
        using var rig = new TranscodeRig(AudioCodec.G722, AudioCodec.Pcmu, target: settings => settings with { ComfortNoiseSendPt = 13 });
        rig.Say(TimeSpan.FromSeconds(1));
        int before = rig.Audio.Count;
        rig.Send(13, [40]);
        rig.Pause(TimeSpan.FromSeconds(2));
        List<SentPacket> noise = rig.Sending.Rtp.FindAll(packet => packet.PayloadType == 13);
        Assert.InRange(noise.Count, 3, 6);
        Assert.InRange(rig.Audio.Count, before, before + 4);
        Assert.InRange(noise[^1].Payload[0], 34, 46);
        rig.Say(TimeSpan.FromSeconds(1));
        Assert.True(rig.Audio[^1].At > noise[^1].At && rig.Audio.Skip(before).Any(packet => packet.Marker));
    }

    [Fact]
    public void Comfort_noise_passes_between_two_that_both_know_it()
    {
        using var rig = new TranscodeRig(AudioCodec.Pcmu, AudioCodec.Pcma, target: settings => settings with { ComfortNoiseSendPt = 13 });
        rig.Say(TimeSpan.FromSeconds(1));
        rig.Send(13, [55]);
        Assert.Equal([55], Assert.Single(rig.Sending.Rtp, packet => packet.PayloadType == 13).Payload);
    }

    [Fact]
    public void A_peer_that_wants_no_silence_of_Opus_gets_none()
    {
        using var rig = new TranscodeRig(AudioCodec.Pcmu, AudioCodec.Opus, target: settings => settings with { Opus = OpusSending.Default with { Dtx = true } });
        rig.Say(TimeSpan.FromSeconds(1));
        int spoken = rig.Audio.Count;
        rig.Say(TimeSpan.FromSeconds(4), silent: true);
        int silent = rig.Audio.Count - spoken;
        rig.Say(TimeSpan.FromSeconds(1));
        Assert.InRange(silent, 5, 60);
        Assert.True(rig.Audio[spoken + silent + 1].Marker || rig.Audio.Skip(spoken + silent - 1).Take(4).Any(packet => packet.Marker));
        Assert.All(rig.Audio.Zip(rig.Audio.Skip(1)), pair => Assert.Equal(1, TestLeg.Step(pair.First, pair.Second)));
    }

    [Theory]
    [InlineData(200)]
    [InlineData(-200)]
    public void An_hour_of_a_clock_that_is_wrong_adds_no_delay_and_no_gap(double ppm)
    {
        using var rig = new TranscodeRig(AudioCodec.Pcmu, AudioCodec.L16);
        rig.Say(TimeSpan.FromHours(1), ppm: ppm);
        Contiguous(rig, 20);
        Assert.InRange(rig.Audio.Count, 3600 * 50 - 60, 3600 * 50 + 60);
        Assert.InRange((rig.Now - rig.Audio[^1].At).TotalMilliseconds, 0, 21);
    }

    [Theory]
    [InlineData(AudioCodec.Pcmu, AudioCodec.Opus)]
    [InlineData(AudioCodec.Opus, AudioCodec.Pcma)]
    [InlineData(AudioCodec.G722, AudioCodec.Opus)]
    [InlineData(AudioCodec.Pcma, AudioCodec.L16Wide)]
    public void No_packet_allocates(AudioCodec from, AudioCodec to)
    {
        using var transcoder = new Transcoder(from, TranscodeRig.Speaks(to), seed: 1);
        using var mouth = new FrameEncoder(from, 16_000, OpusSending.Default);
        var pcm = new short[mouth.RateHz / 50];
        byte[] payload = new byte[1500], sent = new byte[1500];
        long before = 0;
        for (int i = 0; i < 400; i++)
        {
            if (i == 200) before = GC.GetAllocatedBytesForCurrentThread();
            TestSpeech.Fill(pcm, mouth.RateHz, (long)i * pcm.Length);
            int length = mouth.Encode(pcm, payload);
            var frame = new RelayFrame { Ssrc = 1, SequenceNumber = (ushort)i, Timestamp = (uint)(i * from.ClockRateHz() / 50), Codec = from };
            if (i % 17 != 3) transcoder.Put(frame, payload.AsSpan(0, length), TimeSpan.FromMilliseconds(20 * i));
            transcoder.Next(20, sent, TimeSpan.FromMilliseconds(20 * i + 7), out _);
        }
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Theory]
    [InlineData(AudioCodec.Pcmu, AudioCodec.Opus)]
    [InlineData(AudioCodec.Opus, AudioCodec.Pcma)]
    [InlineData(AudioCodec.G722, AudioCodec.Pcmu)]
    public void No_packet_allocates_on_its_way_through_two_legs(AudioCodec from, AudioCodec to)
    {
        TestLeg receiving = new(), sending = new(0xB0B0);
        receiving.Machine.Configure(TranscodeRig.Speaks(from), TimeSpan.Zero);
        sending.Machine.Configure(TranscodeRig.Speaks(to), TimeSpan.Zero);
        using var mouth = new FrameEncoder(from, 16_000, OpusSending.Default);
        var pcm = new short[mouth.RateHz / 50];
        byte[] datagram = new byte[2048], packet = new byte[2048];
        NativeSocketAddress phone = NativeSocketAddress.From(TestLeg.Phone);
        long before = 0;
        int sent = 0;
        for (int i = 0; i < 600; i++)
        {
            if (i == 300) before = GC.GetAllocatedBytesForCurrentThread();
            TestSpeech.Fill(pcm, mouth.RateHz, (long)i * pcm.Length);
            int length = mouth.Encode(pcm, datagram.AsSpan(12));
            RtpWriter.WriteHeader(datagram, TranscodeRig.Pt(from), false, (ushort)i, (uint)(i * from.ClockRateHz() / 50), 77);
            TimeSpan now = TimeSpan.FromMilliseconds(20 * i);
            if (i % 17 != 3 && receiving.Machine.OnDatagram(datagram.AsSpan(0, 12 + length), phone, MediaComponent.Rtp, now, out RelayFrame frame))
                sending.Machine.Relay(datagram, frame, now, out _);
            for (; sending.Machine.TryTakePacket(packet, now + TimeSpan.FromMilliseconds(7), out OutgoingPacket outgoing); sent += outgoing.Component == MediaComponent.Rtp ? 1 : 0) { }
            while (receiving.Machine.TryTakePacket(packet, now + TimeSpan.FromMilliseconds(7), out _)) { }
        }
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.InRange(sent, 590, 600);
        sending.Machine.Close(packet, TimeSpan.FromSeconds(12), out _);
        receiving.Machine.Close(packet, TimeSpan.FromSeconds(12), out _);
    }

    /// <summary>The talker's codec alone, heard at the rate of the listener's.</summary>
    private static Comparison OnlyCoded(AudioCodec from, AudioCodec to)
    {
        using var mouth = new FrameEncoder(from, 16_000, TranscodeRig.Talker);
        using var ear = new FrameDecoder(from, to.SampleRateHz());
        short[] pcm = new short[mouth.RateHz / 50], heard = new short[4 * ear.RateHz];
        var payload = new byte[1500];
        for (int i = 0, at = 0; i < 200; i++)
        {
            TestSpeech.Fill(pcm, mouth.RateHz, (long)i * pcm.Length);
            at += ear.Decode(payload.AsSpan(0, mouth.Encode(pcm, payload)), heard.AsSpan(at));
        }
        return Comparison.Of(heard, ear.RateHz, 0.5, 3.8);
    }

    private static void AssertGood(Comparison heard, AudioCodec from, AudioCodec to, double least = 0)
    {
        bool opus = from == AudioCodec.Opus || to == AudioCodec.Opus;
        Assert.True(heard.Correlation > (least > 0 ? least : opus ? 0.82 : 0.98), heard.ToString());
        Assert.True(Math.Abs(heard.LevelDb) < 1, heard.ToString());
        Assert.True(heard.LargestStep < (opus ? 2 : 1.3), heard.ToString());
    }

    /// <summary>Numbers without a gap, timestamps without a jump, one marker.</summary>
    private static void Contiguous(TranscodeRig rig, int ptime)
    {
        List<SentPacket> audio = rig.Audio;
        uint units = (uint)(ptime * rig.Sending.Machine.ClockRateHz / 1000);
        Assert.All(audio.Zip(audio.Skip(1)), pair =>
        {
            Assert.Equal(1, TestLeg.Step(pair.First, pair.Second));
            Assert.Equal(units, pair.Second.Timestamp - pair.First.Timestamp);
        });
        Assert.Equal([0], audio.Select((packet, i) => packet.Marker ? i : -1).Where(i => i >= 0));
    }
}
