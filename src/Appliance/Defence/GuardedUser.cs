namespace Tandem.Defence;

/// <summary>One user's calls to the outside, as the guard counts them.</summary>
internal sealed class GuardedUser(string name)
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    private readonly Queue<DateTimeOffset> _begun = [];
    private readonly List<GuardedCall> _live = [];
    private readonly Dictionary<string, (DateTimeOffset At, long Since)> _alarms = [];
    private DateOnly _day, _night;
    private TimeSpan _talked, _talkedByNight;

    public string Name => name;

    public int Live => _live.Count;

    public long Refused { get; private set; }

    public GuardUsage Usage => new(name, _day, (long)_talked.TotalSeconds, _night, (long)_talkedByNight.TotalSeconds, Refused);

    /// <summary>Nothing of it is worth keeping.</summary>
    public bool IsIdle(DateOnly today) => _live.Count == 0 && _day < today && _night < today.AddDays(-1);

    public void Restore(GuardUsage usage)
    {
        (_day, _night, Refused) = (usage.Day, usage.Night, usage.Refused);
        (_talked, _talkedByNight) = (TimeSpan.FromSeconds(usage.Seconds), TimeSpan.FromSeconds(usage.NightSeconds));
    }

    /// <summary>Calls begun within the last minute.</summary>
    public int BegunInMinute(DateTimeOffset now)
    {
        while (_begun.TryPeek(out DateTimeOffset at) && (now - at >= s_minute || at > now)) _begun.Dequeue();
        return _begun.Count;
    }

    /// <summary>Talked today, calls in progress included.</summary>
    public TimeSpan Talked(DateTimeOffset now, DateOnly today) => (_day == today ? _talked : TimeSpan.Zero) + Talking(now);

    /// <summary>The same of the night that began on <paramref name="night"/>.</summary>
    public TimeSpan TalkedByNight(DateTimeOffset now, DateOnly night) => (_night == night ? _talkedByNight : TimeSpan.Zero) + Talking(now);

    public void Add(GuardedCall call, DateTimeOffset now)
    {
        _live.Add(call);
        _begun.Enqueue(now);
    }

    /// <param name="night">The day on which the present night began; null: it is day.</param>
    public void End(GuardedCall call, DateTimeOffset now, DateOnly today, DateOnly? night)
    {
        if (!_live.Remove(call)) return;
        TimeSpan length = Length(call, now);
        if (_day != today) (_day, _talked) = (today, TimeSpan.Zero);
        _talked += length;
        if (night is not { } began) return;
        if (_night != began) (_night, _talkedByNight) = (began, TimeSpan.Zero);
        _talkedByNight += length;
    }

    /// <summary>Counts a refusal.</summary>
    /// <returns>How many to tell of; 0: one was told of less than a minute ago.</returns>
    public long Refuse(string rule, DateTimeOffset now)
    {
        Refused++;
        (DateTimeOffset told, long since) = _alarms.GetValueOrDefault(rule, (DateTimeOffset.MinValue, 0));
        bool quiet = now >= told && now - told < s_minute;
        _alarms[rule] = quiet ? (told, since + 1) : (now, 0);
        return quiet ? 0 : since + 1;
    }

    public void Forgive(DateOnly today) => (_day, _talked, _night, _talkedByNight) = (today, TimeSpan.Zero, today, TimeSpan.Zero);

    private TimeSpan Talking(DateTimeOffset now)
    {
        TimeSpan all = TimeSpan.Zero;
        foreach (GuardedCall call in _live) all += Length(call, now);
        return all;
    }

    /// <summary>A clock that was set back makes no call shorter than nothing.</summary>
    private static TimeSpan Length(GuardedCall call, DateTimeOffset now) =>
        call.AnsweredAt is { } since && now > since ? now - since : TimeSpan.Zero;
}
