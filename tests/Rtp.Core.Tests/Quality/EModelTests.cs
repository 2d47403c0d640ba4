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
        Assert.Equal(93.2, EModel.Rating(CodecImpairment.Concealed, 0, 1, 50));
        Assert.Equal(93.2 - 95.0 / 26.1, EModel.Rating(CodecImpairment.Concealed, 1, 1, 50), 6);       // 89.56, MOS 4.33
        Assert.Equal(93.2 - 95.0 / 5.3, EModel.Rating(CodecImpairment.NotConcealed, 1, 1, 50), 6);     // 75.28, MOS 3.83
        Assert.Equal(4.33, EModel.MeanOpinion(EModel.Rating(CodecImpairment.Concealed, 1, 1, 50)), 0.01);
        Assert.Equal(3.83, EModel.MeanOpinion(EModel.Rating(CodecImpairment.NotConcealed, 1, 1, 50)), 0.01);
    }

    [Fact]
    public void Bursts_are_worse_than_random_losses_and_nothing_falls_below_nought()
    {
        Assert.Equal(95 * 2 / (2 / 2.0 + 25.1), EModel.EquipmentImpairment(CodecImpairment.Concealed, 2, 2), 6);
        Assert.Equal(EModel.EquipmentImpairment(CodecImpairment.Concealed, 2, 1), EModel.EquipmentImpairment(CodecImpairment.Concealed, 2, 0.3));
        Assert.Equal(0, EModel.Rating(CodecImpairment.NotConcealed, 100, 8, 900));
        Assert.Equal(0, EModel.Rating(CodecImpairment.NotConcealed, 1000, 1, 900));
    }
}
