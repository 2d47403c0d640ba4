using Codecs.Opus;
using Micro.Quality;
using Xunit;

namespace CodecsTests;

public class RedundancyTests
{
    private const int Seconds = 30;

    private static readonly short[] s_speech = MadeSpeech.Say(11, Seconds);

    [Theory]
    [InlineData(5, false)]
    [InlineData(10, false)]
    [InlineData(5, true)]
    [InlineData(10, true)]
    public void Under_loss_speech_with_redundancy_is_nearer_to_the_original(int percent, bool bursts)
    {
        bool[] lost = bursts ? LossPattern.Bursts(Seconds * 50, percent, seed: 2) : LossPattern.Single(Seconds * 50, percent, seed: 2);
        SpeechDistance with = LossSimulation.Hear(s_speech, lost, OpusApplication.Voip, percent), without = LossSimulation.Hear(s_speech, lost, OpusApplication.Voip, 0);
        Assert.True(with.Intelligibility > without.Intelligibility + 0.005, $"{with} beside {without}");
    }

    [Fact]
    public void Without_loss_nothing_is_concealed_in_between()
    {
        SpeechDistance heard = LossSimulation.Hear(s_speech, new bool[Seconds * 50], OpusApplication.Voip, 0);
        Assert.True(heard.Intelligibility > 0.97, heard.ToString());
    }
}
