using Codecs.Opus;
using Rtp.Core.Rtcp;
using Tandem.Media;
using Xunit;
using static Appliance.Tests.Media.TestLeg;

namespace Appliance.Tests.Media.Transcoding;

/// <summary>What a peer reports lost decides how much redundancy its Opus carries.</summary>
public class ExpectedLossTests
{
    [Fact]
    public void It_rises_with_one_report_in_steps_and_falls_slowly_to_none()
    {
        var loss = new ExpectedLoss();
        int[] after = [.. new double[] { 0, 1.5, 2.5, 4, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }.Select(percent =>
        {
            loss.OnReport((byte)(percent * 2.56));
            return loss.Percent;
        })];
        Assert.Equal([0, 0, 5, 5, 10, 10, 10, 5, 5, 5, 5, 5, 5, 0, 0], after);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(4, 0)]      // 1.6 %
    [InlineData(6, 5)]      // 2.3 %
    [InlineData(64, 25)]
    [InlineData(255, 25)]
    public void It_tells_only_whether_it_changed(byte fractionLost, int percent)
    {
        var loss = new ExpectedLoss();
        Assert.Equal(percent > 0, loss.OnReport(fractionLost));
        Assert.Equal(percent, loss.Percent);
        Assert.False(loss.OnReport(fractionLost));
    }

    [Fact]
    public void Low_delay_Opus_gives_way_to_what_carries_redundancy_while_the_peer_loses_packets()
    {
        using var rig = new TranscodeRig(AudioCodec.Pcmu, AudioCodec.Opus);
        rig.Say(TimeSpan.FromSeconds(2));
        Assert.All(Modes(rig), mode => Assert.Equal(OpusMode.Celt, mode));

        Report(rig, fractionLost: 26);    // 10 %
        int before = rig.Audio.Count;
        rig.Say(TimeSpan.FromSeconds(2));
        Assert.All(Modes(rig).Skip(before + 1), mode => Assert.Equal(OpusMode.Silk, mode));
        List<SentPacket> lossy = rig.Audio[(before + 20)..];
        double restored = Restored(lossy, byRedundancy: true), guessed = Restored(lossy, byRedundancy: false);
        Assert.True(restored > guessed + 0.15 && restored > 0.75, $"likeness of lost packets: out of the one behind {restored:F3}, guessed {guessed:F3}");

        for (int i = 0; i < 12; i++) Report(rig, fractionLost: 0);
        before = rig.Audio.Count;
        rig.Say(TimeSpan.FromSeconds(1));
        Assert.All(Modes(rig).Skip(before + 1), mode => Assert.Equal(OpusMode.Celt, mode));
        Comparison meanwhile = rig.Compare(2.2, 3.8), heard = rig.Compare(0.5, 4.8);    // the look-ahead is another, so each has an alignment of its own
        Assert.True(meanwhile.Correlation > 0.7, meanwhile.ToString());
        Assert.True(Math.Abs(heard.LevelDb) < 0.5 && heard.LargestStep < 1.3, heard.ToString());    // no click where they change
    }

    [Fact]
    public void A_peer_that_wants_no_redundancy_gets_none()
    {
        using var rig = new TranscodeRig(AudioCodec.Pcmu, AudioCodec.Opus, target: settings => settings with { Opus = OpusSending.Default with { Fec = false } });
        Report(rig, fractionLost: 26);
        rig.Say(TimeSpan.FromSeconds(1));
        Assert.All(Modes(rig), mode => Assert.Equal(OpusMode.Celt, mode));
    }

    [Fact]
    public void What_was_reported_before_the_first_word_counts()
    {
        using var rig = new TranscodeRig(AudioCodec.Pcmu, AudioCodec.Opus);
        Report(rig, fractionLost: 26);
        rig.Say(TimeSpan.FromSeconds(1));
        Assert.All(Modes(rig), mode => Assert.Equal(OpusMode.Silk, mode));
    }

    private static IEnumerable<OpusMode> Modes(TranscodeRig rig) => rig.Audio.Select(packet =>
    {
        Assert.True(OpusPacket.TryParse(packet.Payload, out OpusPacket parsed));
        return parsed.Mode;
    });

    /// <summary>Loses every eighth packet: mean likeness of what takes its place to what was in it.</summary>
    private static double Restored(List<SentPacket> packets, bool byRedundancy)
    {
        const int Samples = 160;
        using var whole = new OpusDecoder(8000, 1);
        using var lossy = new OpusDecoder(8000, 1);
        double sum = 0;
        int lost = 0;
        short[] wanted = new short[Samples], got = new short[Samples];
        for (int i = 0; i + 1 < packets.Count; i++)
        {
            whole.Decode(packets[i].Payload, wanted);
            if (i % 8 != 7) lossy.Decode(packets[i].Payload, got);
            else
            {
                if (!byRedundancy || lossy.DecodeFec(packets[i + 1].Payload, got) == 0) lossy.Conceal(got);
                (double both, double one, double other) = (0, 1, 1);
                for (int s = 0; s < Samples; s++) (both, one, other) = (both + wanted[s] * got[s], one + wanted[s] * wanted[s], other + got[s] * got[s]);
                sum += both / Math.Sqrt(one * other);
                lost++;
            }
        }
        return sum / lost;
    }

    private static void Report(TranscodeRig rig, byte fractionLost)
    {
        var bytes = new byte[256];
        var writer = new RtcpWriter(bytes);
        writer.ReceiverReport(99, [new ReportBlock(rig.Sending.Handle.Ssrc, fractionLost, 0, 0, 0, 0, 0)]);
        writer.Cname(99, "browser"u8);
        rig.Sending.Receive(bytes[..writer.Length], PhoneRtcp, rig.Now, out _, MediaComponent.Rtcp);
    }
}
