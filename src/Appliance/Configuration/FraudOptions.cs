namespace Tandem.Configuration;

/// <summary>Section <c>[fraud]</c>: how much and where to a user may call outside, whatever the routes allow.</summary>
public sealed record FraudOptions
{
    [Setting("enabled", "Guard calls to the outside. Emergency numbers are never held back.")]
    public bool Enabled { get; init; } = true;

    [Setting("countries", "What users may call, as calling codes (\"34\") or longer prefixes (\"1212\"); the country codes of the carriers count among them. \"*\" is the whole world.",
        Example = "[\"34\", \"44\"]")]
    public IReadOnlyList<CallingCode> Countries { get; init; } = [];

    [Setting("blocked", "Prefixes that nobody may call although their country is allowed: premium numbers, and islands that share the code 1. Of two that fit a number the longer counts; of equal ones, fraud.countries.")]
    public IReadOnlyList<CallingCode> Blocked { get; init; } = [.. "1242 1246 1264 1268 1284 1345 1441 1473 1649 1658 1664 1721 1758 1767 1784 1809 1829 1849 1868 1869 1876 1900 1976 979"
        .Split(' ').Select(digits => new CallingCode(digits))];

    [Setting("calls", "Calls to the outside that one user may have at a time. 0: any number.", Min = 0, Max = 100000)]
    public int Calls { get; init; } = 4;

    [Setting("calls_per_minute", "Calls to the outside that one user may begin within a minute. 0: any number.", Min = 0, Max = 100000)]
    public int CallsPerMinute { get; init; } = 10;

    [Setting("minutes_per_day", "Minutes that one user may talk to the outside in a day, all calls together; a call that reaches the limit is ended. 0: any number.", Min = 0, Max = 1000000)]
    public int MinutesPerDay { get; init; } = 480;

    [Setting("night", "The parts of the day in which the limits of the night count instead, where they are lower. Empty: there is no night.")]
    public IReadOnlyList<DailyWindow> Night { get; init; } = [new DailyWindow(new TimeOnly(22, 0), new TimeOnly(6, 0))];

    [Setting("night_calls", "Calls at a time by night. 0: as by day.", Min = 0, Max = 100000)]
    public int NightCalls { get; init; } = 2;

    [Setting("night_calls_per_minute", "Calls begun within a minute by night. 0: as by day.", Min = 0, Max = 100000)]
    public int NightCallsPerMinute { get; init; } = 4;

    [Setting("night_minutes", "Minutes in one night, all calls together. 0: as by day.", Min = 0, Max = 1000000)]
    public int NightMinutes { get; init; } = 90;

    [Setting("time_zone", "Where the day begins and the night is, like \"Europe/Madrid\". Without it, where this host is.", Example = "\"Europe/Madrid\"")]
    public string? TimeZone { get; init; }

    /// <summary>The zone of <see cref="TimeZone"/>; the host's where none is named.</summary>
    public TimeZoneInfo Zone => TimeZone is { } name && TimeZoneInfo.TryFindSystemTimeZoneById(name, out TimeZoneInfo? zone) ? zone : TimeZoneInfo.Local;
}
