using System.Globalization;
using Tandem.Routing;
using Xunit;

namespace Tandem.Tests.Routing;

public sealed class TimeWindowTests
{
    [Theory]
    [InlineData("mon-fri 08:00-18:00 Europe/Madrid", "2026-01-05T07:00Z", true)]      // Monday, 08:00 in winter
    [InlineData("mon-fri 08:00-18:00 Europe/Madrid", "2026-01-05T06:59Z", false)]
    [InlineData("mon-fri 08:00-18:00 Europe/Madrid", "2026-07-06T06:00Z", true)]      // 08:00 in summer
    [InlineData("mon-fri 08:00-18:00 Europe/Madrid", "2026-07-06T16:00Z", false)]     // 18:00 is out
    [InlineData("mon-fri 08:00-18:00 Europe/Madrid", "2026-01-10T10:00Z", false)]     // Saturday
    [InlineData("mon-fri 08:00-18:00, sat 09:00-13:00 Europe/Madrid", "2026-01-10T10:00Z", true)]
    [InlineData("Sat-Sun UTC", "2026-01-11T23:59Z", true)]
    [InlineData("sat-sun UTC", "2026-01-12T00:00Z", false)]
    [InlineData("fri-mon UTC", "2026-01-11T12:00Z", true)]                            // over the weekend
    [InlineData("fri-mon UTC", "2026-01-13T12:00Z", false)]
    [InlineData("22:00-06:00 UTC", "2026-01-05T23:00Z", true)]
    [InlineData("22:00-06:00 UTC", "2026-01-05T05:59Z", true)]
    [InlineData("22:00-06:00 UTC", "2026-01-05T06:00Z", false)]
    [InlineData("fri 22:00-06:00 UTC", "2026-01-10T05:00Z", true)]                    // the night that began on Friday
    [InlineData("fri 22:00-06:00 UTC", "2026-01-09T05:00Z", false)]
    [InlineData("18:00-24:00 America/New_York", "2026-01-06T04:59Z", true)]
    [InlineData("mon Pacific/Auckland", "2026-01-04T12:00Z", true)]                   // Sunday noon here is Monday there
    [InlineData("02:15-02:45 Europe/Berlin", "2026-03-29T00:30Z", false)]             // 01:30; an hour later it is 03:30
    [InlineData("02:15-02:45 Europe/Berlin", "2026-03-29T01:30Z", false)]
    [InlineData("02:15-02:45 Europe/Berlin", "2026-10-25T00:30Z", true)]              // the hour that comes twice
    [InlineData("02:15-02:45 Europe/Berlin", "2026-10-25T01:30Z", true)]
    public void A_window_is_open_by_the_clocks_of_its_zone(string text, string at, bool open)
    {
        Assert.True(TimeWindow.TryParse(text, out TimeWindow? window, out string? problem), problem);
        Assert.Equal(open, window.IsOpen(DateTimeOffset.Parse(at, CultureInfo.InvariantCulture)));
    }

    [Theory]
    [InlineData("", "time zone is missing")]
    [InlineData("mon-fri 08:00-18:00", "time zone is missing")]
    [InlineData("mon-fri", "time zone is missing")]
    [InlineData("mon fri", "time zone is missing")]
    [InlineData("mon-fri 08:00-18:00 Europe/Atlantis", "'Europe/Atlantis' is no time zone")]
    [InlineData("mon-fry 08:00-18:00 UTC", "'mon-fry' is neither")]
    [InlineData("mon 8-18 UTC", "'8-18' is neither")]
    [InlineData("mon 08:00-25:00 UTC", "'08:00-25:00' is neither")]
    [InlineData("mon 08:60-09:00 UTC", "'08:60-09:00' is neither")]
    [InlineData("mon 08:00-08:00 UTC", "'08:00-08:00' is neither")]
    [InlineData("08:00-18:00 mon UTC", "'mon' is neither")]
    [InlineData("mon 08:00-18:00, UTC", "days or hours are missing")]
    public void What_cannot_be_read_is_explained(string text, string expected)
    {
        Assert.False(TimeWindow.TryParse(text, out _, out string? problem));
        Assert.Contains(expected, problem, StringComparison.Ordinal);
    }
}
