using Tandem.Configuration;
using Tandem.Defence;
using Xunit;

namespace Tandem.Tests.Defence;

public class FraudGuardTests
{
    private static readonly DateTimeOffset s_noon = new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero);

    private readonly List<GuardAlarm> _alarms = [];
    private readonly List<GuardUsage> _saved = [];

    private FraudGuard Guard(FraudOptions? options = null, params string[] home)
    {
        options ??= new FraudOptions { Countries = [new CallingCode("34")] };
        return new FraudGuard(options with { TimeZone = options.TimeZone ?? "UTC" }) { HomeCountries = () => home, Alarm = _alarms.Add, Save = _saved.Add };
    }

    private static CallingCode[] Codes(string codes) => [.. codes.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(code => new CallingCode(code == "*" ? "" : code))];

    [Theory]
    [InlineData("34", "", "+34911234567", true)]
    [InlineData("34", "", "34911234567", true)]
    [InlineData("34", "", "+881612345678", false)]
    [InlineData("", "", "+34911234567", false)]
    [InlineData("", "34", "+34911234567", true)]
    [InlineData("", "34", "+44201234567", false)]
    [InlineData("*", "", "+881612345678", true)]
    [InlineData("1", "", "+12125550100", true)]
    [InlineData("1", "", "+18765550100", false)]
    [InlineData("1 1876", "", "+18765550100", true)]
    [InlineData("*", "", "+18765550100", false)]
    [InlineData("", "1", "+18765550100", false)]
    public void A_number_is_called_only_in_a_country_that_is_allowed(string countries, string home, string number, bool allowed)
    {
        GuardVerdict verdict = Guard(new FraudOptions { Countries = Codes(countries) }, home).Judge("1001", number, s_noon);
        Assert.Equal(allowed, verdict.Allowed);
        Assert.Equal(allowed ? 0 : 403, verdict.Status);
        Assert.Equal(allowed ? "" : "countries", verdict.Rule);
    }

    [Fact]
    public void A_user_has_so_many_calls_at_a_time_and_others_have_theirs()
    {
        FraudGuard guard = Guard();
        GuardedCall[] calls = [.. Enumerable.Range(0, 4).Select(_ => guard.Started("1001", s_noon))];
        Assert.Equal("calls", guard.Judge("1001", "34911234567", s_noon).Rule);
        Assert.True(guard.Judge("1002", "34911234567", s_noon).Allowed);
        guard.Ended(calls[0], s_noon);
        guard.Ended(calls[0], s_noon);
        Assert.True(guard.Judge("1001", "34911234567", s_noon).Allowed);
    }

    [Fact]
    public void A_user_begins_so_many_calls_in_a_minute()
    {
        FraudGuard guard = Guard();
        for (int i = 0; i < 10; i++)
        {
            Assert.True(guard.Judge("1001", "34911234567", s_noon.AddSeconds(i)).Allowed);
            guard.Ended(guard.Started("1001", s_noon.AddSeconds(i)), s_noon.AddSeconds(i));
        }
        Assert.Equal("calls_per_minute", guard.Judge("1001", "34911234567", s_noon.AddSeconds(59)).Rule);
        Assert.True(guard.Judge("1001", "34911234567", s_noon.AddSeconds(60)).Allowed);
    }

    [Fact]
    public void The_minutes_of_a_day_are_what_was_talked_and_what_is_being_talked_and_a_call_is_told_how_long_it_may_last()
    {
        FraudGuard guard = Guard(new FraudOptions { Countries = Codes("34"), MinutesPerDay = 60 });
        GuardedCall unanswered = guard.Started("1001", s_noon);
        guard.Ended(unanswered, s_noon.AddMinutes(50));
        GuardedCall first = guard.Started("1001", s_noon);
        guard.Answered(first, s_noon);
        Assert.Equal(TimeSpan.FromMinutes(20), guard.Judge("1001", "34911234567", s_noon.AddMinutes(20)).Longest);
        guard.Ended(first, s_noon.AddMinutes(50));
        Assert.Equal(TimeSpan.FromMinutes(10), guard.Judge("1001", "34911234567", s_noon.AddMinutes(51)).Longest);
        GuardedCall second = guard.Started("1001", s_noon.AddMinutes(51));
        guard.Answered(second, s_noon.AddMinutes(51));
        guard.Ended(second, s_noon.AddMinutes(61));
        Assert.Equal("minutes", guard.Judge("1001", "34911234567", s_noon.AddMinutes(62)).Rule);
        Assert.True(guard.Judge("1001", "34911234567", s_noon.AddHours(20)).Allowed);
    }

    [Fact]
    public void By_night_the_lower_limits_count_and_a_night_that_passes_midnight_is_one()
    {
        FraudGuard guard = Guard(new FraudOptions { Countries = Codes("34"), NightMinutes = 30 });
        DateTimeOffset late = new(2026, 3, 10, 23, 0, 0, TimeSpan.Zero);
        GuardedCall one = guard.Started("1001", late), two = guard.Started("1001", late);
        Assert.Equal("calls", guard.Judge("1001", "34911234567", late).Rule);
        guard.Answered(one, late);
        guard.Ended(one, late.AddMinutes(30));
        guard.Ended(two, late.AddMinutes(30));
        Assert.Equal("minutes", guard.Judge("1001", "34911234567", late.AddHours(3)).Rule);
        Assert.True(guard.Judge("1001", "34911234567", late.AddHours(8)).Allowed);
        Assert.True(guard.Judge("1001", "34911234567", late.AddHours(24)).Allowed);
    }

    [Fact]
    public void An_alarm_is_given_once_a_minute_for_each_rule_and_counts_those_between()
    {
        FraudGuard guard = Guard();
        for (int second = 0; second < 90; second += 10) guard.Judge("1001", "+2521234567", s_noon.AddSeconds(second));
        guard.Judge("1002", "+2521234567", s_noon);
        Assert.Equal([("1001", 1L), ("1001", 6L), ("1002", 1L)], _alarms.Select(alarm => (alarm.User, alarm.Refused)));
        Assert.Equal("countries", _alarms[0].Rule);
        Assert.Equal(9, guard.Snapshot().Single(user => user.Usage.User == "1001").Usage.Refused);
    }

    [Fact]
    public void What_was_used_survives_a_restart_and_can_be_forgiven()
    {
        FraudGuard before = Guard(new FraudOptions { Countries = Codes("34"), MinutesPerDay = 60 });
        GuardedCall call = before.Started("1001", s_noon);
        before.Answered(call, s_noon);
        before.Ended(call, s_noon.AddHours(1));
        FraudGuard after = Guard(new FraudOptions { Countries = Codes("34"), MinutesPerDay = 60 });
        after.Restore([_saved[^1]]);
        Assert.Equal("minutes", after.Judge("1001", "34911234567", s_noon.AddHours(1)).Rule);
        Assert.True(after.Forgive("1001", s_noon.AddHours(1)));
        Assert.True(after.Judge("1001", "34911234567", s_noon.AddHours(1)).Allowed);
        Assert.False(after.Forgive("9999", s_noon));
    }

    [Fact]
    public void Records_of_users_who_do_not_call_are_forgotten_the_next_day()
    {
        FraudGuard guard = Guard();
        for (int user = 0; user < 1000; user++) guard.Judge($"user{user}", "34911234567", s_noon);
        guard.Judge("1001", "34911234567", s_noon.AddDays(2));
        Assert.Single(guard.Snapshot());
    }

    [Fact]
    public void Switched_off_it_lets_everything_through()
    {
        Assert.True(Guard(new FraudOptions { Enabled = false }).Judge("1001", "+881612345678", s_noon).Allowed);
    }

    [Theory]
    [InlineData("22:00-06:00", true)]
    [InlineData("6:00-22:00", false)]
    [InlineData("22:00-22:00", false)]
    [InlineData("night", false)]
    public void A_daily_window_is_read_or_refused(string text, bool good) => Assert.Equal(good, DailyWindow.TryParse(text, out _));
}
