using Tandem.Configuration;

namespace Tandem.Defence;

/// <summary>
/// Keeps a stolen password from becoming a telephone bill: which countries a user may call, how many calls at a time, how many a minute,
/// how many minutes a day, and less by night. It comes after the routes: what no route allows does not get here, and emergency calls are
/// not asked about.
/// </summary>
/// <remarks>
/// Any thread. <see cref="Judge"/> and <see cref="Started"/> belong together, with no await between them: it is the second that counts.
/// Time is an argument. Memory: one record for each user that has called out today.
/// </remarks>
public sealed class FraudGuard(FraudOptions options)
{
    private readonly Dictionary<string, GuardedUser> _users = new(StringComparer.Ordinal);
    private readonly TimeZoneInfo _zone = options.Zone;
    private readonly Lock _lock = new();
    private DateOnly _pruned;

    /// <summary>Country codes of the carriers, which count among those allowed.</summary>
    public Func<IEnumerable<string>> HomeCountries { get; set; } = static () => [];

    /// <summary>Told of calls refused, once a minute for each user and rule. On the caller's thread; must be quick.</summary>
    public Action<GuardAlarm>? Alarm { get; set; }

    /// <summary>Told what a user has used, after each call and refusal, to be kept over a restart. As above.</summary>
    public Action<GuardUsage>? Save { get; set; }

    /// <summary>Whether this user may make this call now, before anything is sent to a carrier.</summary>
    /// <param name="user">The authenticated user that pays, also where it only forwards.</param>
    /// <param name="calledE164">The number in full, with or without plus sign.</param>
    /// <param name="now">Wall clock.</param>
    public GuardVerdict Judge(string user, string calledE164, DateTimeOffset now)
    {
        if (!options.Enabled) return GuardVerdict.Allow(TimeSpan.MaxValue);
        GuardVerdict verdict;
        GuardAlarm? alarm = null;
        GuardUsage? usage = null;
        lock (_lock)
        {
            GuardedUser record = Record(user, now);
            verdict = Check(record, calledE164, now);
            if (!verdict.Allowed)
            {
                long refused = record.Refuse(verdict.Rule, now);
                usage = record.Usage;
                if (refused > 0) alarm = new GuardAlarm(user, calledE164, verdict.Rule, verdict.Reason, refused, now);
            }
        }
        if (usage is not null) Save?.Invoke(usage);
        if (alarm is not null) Alarm?.Invoke(alarm);
        return verdict;
    }

    /// <summary>The call goes out. It counts from here on, and until <see cref="Ended"/> as one of the user's calls at a time.</summary>
    public GuardedCall Started(string user, DateTimeOffset now)
    {
        var call = new GuardedCall(user);
        lock (_lock) Record(user, now).Add(call, now);
        return call;
    }

    /// <summary>The far end answered: minutes count from here.</summary>
    public void Answered(GuardedCall call, DateTimeOffset now)
    {
        lock (_lock) call.AnsweredAt ??= now;
    }

    /// <summary>The call is over, answered or not. A second time changes nothing.</summary>
    public void Ended(GuardedCall call, DateTimeOffset now)
    {
        GuardUsage usage;
        lock (_lock)
        {
            if (call.IsOver) return;
            call.IsOver = true;
            GuardedUser record = Record(call.User, now);
            (DateOnly today, DateOnly? night) = Dates(now);
            record.End(call, now, today, night);
            usage = record.Usage;
        }
        Save?.Invoke(usage);
    }

    /// <summary>What users have used today, and how many calls each has now.</summary>
    public IReadOnlyList<(GuardUsage Usage, int Calls)> Snapshot()
    {
        lock (_lock) return [.. _users.Values.Select(user => (user.Usage, user.Live))];
    }

    /// <summary>Puts back what was kept, before the first call.</summary>
    public void Restore(IEnumerable<GuardUsage> kept)
    {
        lock (_lock)
        {
            foreach (GuardUsage usage in kept)
            {
                var user = new GuardedUser(usage.User);
                user.Restore(usage);
                _users[usage.User] = user;
            }
        }
    }

    /// <summary>Gives a user today's minutes back.</summary>
    /// <returns>False: the user has made no call today.</returns>
    public bool Forgive(string user, DateTimeOffset now)
    {
        GuardUsage usage;
        lock (_lock)
        {
            if (!_users.TryGetValue(user, out GuardedUser? record)) return false;
            record.Forgive(Dates(now).Today);
            usage = record.Usage;
        }
        Save?.Invoke(usage);
        return true;
    }

    private GuardVerdict Check(GuardedUser user, string called, DateTimeOffset now)
    {
        if (!MayCall(called.AsSpan().TrimStart('+'))) return GuardVerdict.Refuse("countries", "Destination not allowed");
        (DateOnly today, DateOnly? night) = Dates(now);
        int calls = Lower(options.Calls, options.NightCalls, night), perMinute = Lower(options.CallsPerMinute, options.NightCallsPerMinute, night);
        if (calls > 0 && user.Live >= calls) return GuardVerdict.Refuse("calls", "Too many calls at a time");
        if (perMinute > 0 && user.BegunInMinute(now) >= perMinute) return GuardVerdict.Refuse("calls_per_minute", "Too many calls in a minute");
        TimeSpan left = Left(options.MinutesPerDay, user.Talked(now, today));
        if (night is { } began)
        {
            TimeSpan byNight = Left(options.NightMinutes, user.TalkedByNight(now, began));
            if (byNight < left) left = byNight;
        }
        if (left <= TimeSpan.Zero) return GuardVerdict.Refuse("minutes", "No minutes left today");
        return GuardVerdict.Allow(left == TimeSpan.MaxValue ? left : left / (user.Live + 1));    // calls side by side share what is left
    }

    /// <summary>The longest prefix that fits decides; of two of one length, the one that allows.</summary>
    private bool MayCall(ReadOnlySpan<char> number)
    {
        int allowed = Longest(options.Countries, number), blocked = Longest(options.Blocked, number);
        if (allowed < 0)
            foreach (string home in HomeCountries())
                if (home.Length > allowed && home.Length > 0 && number.StartsWith(home, StringComparison.Ordinal)) allowed = home.Length;
        return allowed >= 0 && allowed >= blocked;
    }

    private static int Longest(IReadOnlyList<CallingCode> codes, ReadOnlySpan<char> number)
    {
        int longest = -1;
        foreach (CallingCode code in codes)
            if (code.Digits.Length > longest && number.StartsWith(code.Digits, StringComparison.Ordinal)) longest = code.Digits.Length;
        return longest;
    }

    private static int Lower(int day, int night, DateOnly? isNight) => isNight is null || night == 0 || (day > 0 && day < night) ? day : night;

    private static TimeSpan Left(int minutes, TimeSpan used) => minutes == 0 ? TimeSpan.MaxValue : TimeSpan.FromMinutes(minutes) - used;

    /// <summary>The day it is, and the day on which the present night began.</summary>
    private (DateOnly Today, DateOnly? Night) Dates(DateTimeOffset now)
    {
        DateTime local = TimeZoneInfo.ConvertTime(now, _zone).DateTime;
        var today = DateOnly.FromDateTime(local);
        var time = TimeOnly.FromDateTime(local);
        foreach (DailyWindow window in options.Night)
            if (window.Contains(time)) return (today, window.Start > window.End && time < window.End ? today.AddDays(-1) : today);
        return (today, null);
    }

    private GuardedUser Record(string name, DateTimeOffset now)
    {
        if (_users.TryGetValue(name, out GuardedUser? known)) return known;
        DateOnly today = Dates(now).Today;
        if (_pruned != today)
        {
            _pruned = today;
            foreach (GuardedUser user in (GuardedUser[])[.. _users.Values])
                if (user.IsIdle(today)) _users.Remove(user.Name);
        }
        var record = new GuardedUser(name);
        _users[name] = record;
        return record;
    }
}
