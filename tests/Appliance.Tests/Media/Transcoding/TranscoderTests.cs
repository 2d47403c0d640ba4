using Tandem.Media;
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
        var rig = new TranscodeRig(from, to);
        rig.Say(TimeSpan.FromSeconds(4));
        Assert.InRange(rig.Audio.Count, 192, 200);
        Contiguous(rig, 20);
        Comparison heard = rig.Compare(0.5, 3.8);
        AssertGood(heard, from, to);
        Assert.InRange(rig.Audio[0].At.TotalMilliseconds, 0, 60);
    }

    private static void AssertGood(Comparison heard, AudioCodec from, AudioCodec to, double least = 0)
    {
        bool opus = from == AudioCodec.Opus || to == AudioCodec.Opus;
        Assert.True(heard.Correlation > (least > 0 ? least : opus ? 0.9 : 0.98), heard.ToString());
        Assert.True(Math.Abs(heard.LevelDb) < 1, heard.ToString());
        Assert.True(heard.LargestStep < 1.6, heard.ToString());
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
