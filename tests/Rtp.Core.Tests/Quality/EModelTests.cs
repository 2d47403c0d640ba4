using Rtp.Core.Quality;
using Xunit;

namespace RtpCoreTests.Quality;

/// <summary>ITU-T G.107: equations, and the table of annex B to its two digits.</summary>
public class EModelTests
{
    [Theory]
    [InlineData(93.2, 4.41)]
    [InlineData(90, 4.34)]
    [InlineData(80, 4.03)]
    [InlineData(70, 3.60)]
    [InlineData(60, 3.10)]
    [InlineData(50, 2.58)]
    [InlineData(0, 1)]
    [InlineData(-5, 1)]
    [InlineData(3, 1)]    // the polynomial dips below 1 there
    [InlineData(100, 4.5)]
    [InlineData(120, 4.5)]
    public void A_rating_is_an_opinion_as_annex_B_has_it(double rating, double opinion) => Assert.Equal(opinion, EModel.MeanOpinion(rating), 0.0065);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(100, 0)]
    [InlineData(200, 3.04)]
    [InlineData(400, 24.07)]
    public void Delay_costs_from_100_ms_on(double delay, double impairment) => Assert.Equal(impairment, EModel.DelayImpairment(delay), 0.01);

    [Fact]
    public void G711_with_random_loss_is_rated_as_G113_has_it()
    {
        Assert.Equal(93.2, EModel.Rating(CodecImpairment.G711, 0, 1, 50));
        Assert.Equal(93.2 - 95.0 / 26.1, EModel.Rating(CodecImpairment.G711, 1, 1, 50), 6);       // 89.56, MOS 4.33
        Assert.Equal(93.2 - 95.0 / 5.3, EModel.Rating(CodecImpairment.G711.NotConcealed, 1, 1, 50), 6);     // 75.28, MOS 3.83
        Assert.Equal(4.33, EModel.MeanOpinion(EModel.Rating(CodecImpairment.G711, 1, 1, 50)), 0.01);
        Assert.Equal(3.83, EModel.MeanOpinion(EModel.Rating(CodecImpairment.G711.NotConcealed, 1, 1, 50)), 0.01);
    }

    [Fact]
    public void Codecs_are_told_apart_by_what_a_loss_does_to_them_and_none_is_worth_less_without_losses()
    {
        CodecImpairment[] codecs = [CodecImpairment.G711, CodecImpairment.Linear, CodecImpairment.G722, CodecImpairment.Opus];
        Assert.All(codecs, codec => Assert.Equal(EModel.BestRating, EModel.Rating(codec, 0, 1, 50)));
        Assert.Equal(93.2 - 95 * 5 / (5 + 25.1), EModel.Rating(CodecImpairment.Linear, 5, 1, 50), 6);     // 77.42, MOS 3.93
        Assert.Equal(93.2 - 95 * 5 / (5 + 15.95), EModel.Rating(CodecImpairment.Opus, 5, 1, 50), 6);      // 70.53, MOS 3.62
        Assert.Equal(3.93, EModel.MeanOpinion(EModel.Rating(CodecImpairment.G711, 5, 1, 50)), 0.01);
        Assert.Equal(3.62, EModel.MeanOpinion(EModel.Rating(CodecImpairment.Opus, 5, 1, 50)), 0.01);
        Assert.Equal(EModel.Rating(CodecImpairment.Opus, 5, 1, 50), EModel.Rating(CodecImpairment.G722, 5, 1, 50));
        Assert.All(codecs, codec => Assert.Equal(codec with { Bpl = 4.3 }, codec.NotConcealed));
    }

    [Fact]
    public void Bursts_are_worse_than_random_losses_and_nothing_falls_below_nought()
    {
        Assert.Equal(95 * 2 / (2 / 2.0 + 25.1), EModel.EquipmentImpairment(CodecImpairment.G711, 2, 2), 6);
        Assert.Equal(EModel.EquipmentImpairment(CodecImpairment.G711, 2, 1), EModel.EquipmentImpairment(CodecImpairment.G711, 2, 0.3));
        Assert.Equal(0, EModel.Rating(CodecImpairment.G711.NotConcealed, 100, 8, 900));
        Assert.Equal(0, EModel.Rating(CodecImpairment.G711.NotConcealed, 1000, 1, 900));
    }
}
