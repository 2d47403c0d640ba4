using Tandem.Configuration;
using Tandem.Routing;
using Xunit;

namespace Tandem.Tests.Routing;

public sealed class NumberPlanTests
{
    private static readonly NumberPlan s_germany = new("49", "0", "00"), s_spain = new("34", "", "00"), s_america = new("1", "1", "011");

    [Theory]
    [InlineData("+49 911 123-456", "+49911123456")]
    [InlineData("0911123456", "+49911123456")]
    [InlineData("0034911234567", "+34911234567")]
    [InlineData("+34911234567;npdi", "+34911234567")]
    [InlineData("911123456", null)]     // a number of this town
    [InlineData("112", null)]
    [InlineData("1001", null)]
    [InlineData("01", null)]
    [InlineData("00", null)]
    [InlineData("000123456", null)]     // no country begins with 0
    [InlineData("+1234567890123456", null)]
    [InlineData("+49x911", null)]
    [InlineData("*43", null)]
    [InlineData("alice", null)]
    [InlineData("anonymous", null)]
    [InlineData("", null)]
    [InlineData("+", null)]
    public void Numbers_are_understood_as_people_dial_them_in_Germany(string dialled, string? e164) => Assert.Equal(e164, s_germany.ToE164(dialled));

    [Theory]
    [InlineData("911234567", "+34911234567")]
    [InlineData("0033123456789", "+33123456789")]
    [InlineData("112", null)]
    [InlineData("1001", null)]
    public void Where_nothing_is_dialled_before_a_national_number_long_ones_are_national(string dialled, string? e164) => Assert.Equal(e164, s_spain.ToE164(dialled));

    [Theory]
    [InlineData("2125551234", "+12125551234")]
    [InlineData("12125551234", "+12125551234")]
    [InlineData("01134911234567", "+34911234567")]
    [InlineData("5551234", null)]
    [InlineData("1001", null)]
    [InlineData("911", null)]
    public void Numbers_of_North_America_have_ten_digits(string dialled, string? e164) => Assert.Equal(e164, s_america.ToE164(dialled));

    [Fact]
    public void Without_a_country_only_numbers_of_the_world_are_understood()
    {
        NumberPlan nowhere = NumberPlan.Of(new NumberOptions());
        Assert.Equal("+34911234567", nowhere.ToE164("0034911234567"));
        Assert.Equal("+34911234567", nowhere.ToE164("+34911234567"));
        Assert.Null(nowhere.ToE164("0911123456"));
    }

    [Fact]
    public void A_carrier_that_writes_E164_without_plus_is_understood()
    {
        NumberPlan plan = NumberPlan.Of(new Carrier { Name = "c", Format = NumberFormat.E164 }, s_germany);
        Assert.Equal("+34911234567", plan.ToE164("34911234567"));
        Assert.Equal("+49911123456", plan.ToE164("0911123456"));
        Assert.Null(plan.ToE164("112"));
    }

    [Fact]
    public void A_carrier_of_another_country_has_its_own_way_and_one_without_a_country_that_of_the_host()
    {
        Assert.Equal("+33123456789", NumberPlan.Of(new Carrier { Name = "c", CountryCode = "33" }, s_spain).ToE164("0123456789"));
        Assert.Equal("+34911234567", NumberPlan.Of(new Carrier { Name = "c" }, s_spain).ToE164("911234567"));
    }

    [Theory]
    [InlineData("+34911234567", NumberFormat.AsDialled, "x")]
    [InlineData("+34911234567", NumberFormat.E164, "34911234567")]
    [InlineData("+34911234567", NumberFormat.E164Plus, "+34911234567")]
    [InlineData("+34911234567", NumberFormat.National, "0034911234567")]
    [InlineData("+49911123456", NumberFormat.National, "0911123456")]
    [InlineData(null, NumberFormat.E164Plus, "x")]
    public void Numbers_are_written_as_the_carrier_wants_them(string? e164, NumberFormat format, string written) =>
        Assert.Equal(written, s_germany.Write(e164, "x", format));

    [Theory]
    [InlineData("49", "0", "00", "+49911123456")]
    [InlineData("34", "", "00", "+34911234567")]
    [InlineData("1", "1", "011", "+12125551234")]
    [InlineData("39", "", "00", "+390612345678")]
    public void What_is_written_nationally_is_understood_again(string country, string national, string international, string e164)
    {
        var plan = new NumberPlan(country, national, international);
        foreach (string number in new[] { e164, "+33123456789" })
            Assert.Equal(number, plan.ToE164(plan.Write(number, "", NumberFormat.National)));
    }

    [Theory]
    [InlineData("", "600 123 123", "has no form in E.164, as numbers.country_code is not set")]
    [InlineData("", "112", "has no form in E.164")]
    [InlineData("", "bob", "has no form in E.164")]
    [InlineData("34", "112", "has no form in E.164")]
    [InlineData("34", "600123123", "is +34600123123 in E.164")]
    public void It_says_of_a_number_without_a_form_in_E164_which_setting_is_missing(string country, string number, string said)
    {
        var plan = new NumberPlan(country, "", "00");
        Assert.Equal(said, plan.Explain(number, plan.ToE164(number)));
    }
}
