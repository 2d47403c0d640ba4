namespace Tandem.Trunks;

/// <summary>When to register again: before the registration expires, or after a failure, less and less often. One owner.</summary>
/// <remarks>A machine: time is an argument.</remarks>
internal sealed class RegistrationSchedule(int wantedSeconds, TimeSpan now)
{
    private static readonly TimeSpan s_longestFailing = TimeSpan.FromMinutes(5), s_longestRefused = TimeSpan.FromHours(1),
        s_margin = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan s_firstFailing = TimeSpan.FromSeconds(5), s_firstRefused = TimeSpan.FromMinutes(1);

    private int _tries;

    public RegistrationState State { get; private set; } = RegistrationState.Trying;

    public TimeSpan Since { get; private set; } = now;

    /// <summary>When the next REGISTER is due.</summary>
    public TimeSpan NextAt { get; private set; } = now;

    /// <summary>When what the registrar granted is over; zero: it has granted nothing.</summary>
    public TimeSpan ExpiresAt { get; private set; }

    /// <summary>What to ask for, in seconds.</summary>
    public int AskSeconds { get; private set; } = wantedSeconds;

    /// <summary>Granted for that long: asked again two minutes before it is over, or at half the time where that is later.</summary>
    public void OnAccepted(TimeSpan expires, TimeSpan now)
    {
        if (expires < TimeSpan.FromSeconds(2)) expires = TimeSpan.FromSeconds(2);
        TimeSpan margin = expires / 2 < s_margin ? expires / 2 : s_margin;
        (ExpiresAt, NextAt, _tries) = (now + expires, now + expires - margin, 0);
        Enter(RegistrationState.Registered, now);
    }

    /// <summary>423: the registrar wants longer registrations.</summary>
    /// <returns>False: it asks for what was asked already.</returns>
    public bool OnTooBrief(int minSeconds, TimeSpan now)
    {
        if (minSeconds <= AskSeconds) return false;
        (AskSeconds, NextAt) = (minSeconds, now);
        return true;
    }

    /// <summary>No answer, or trouble of the registrar's own.</summary>
    /// <param name="retryAfter">When it says to ask again; null: it does not.</param>
    /// <param name="jitter">From 0 to 1, so that a thousand clients do not come back in one second.</param>
    /// <param name="now">Monotonic.</param>
    public void OnFailed(TimeSpan? retryAfter, double jitter, TimeSpan now)
    {
        TimeSpan wait = Wait(s_firstFailing, s_longestFailing) * (0.5 + jitter / 2);
        if (retryAfter > wait) wait = retryAfter < s_longestRefused ? retryAfter.Value : s_longestRefused;
        NextAt = now + wait;
        Enter(RegistrationState.Failing, now);
    }

    /// <summary>A no: wrong credentials, no such user, not allowed.</summary>
    public void OnRefused(TimeSpan now)
    {
        NextAt = now + Wait(s_firstRefused, s_longestRefused);
        Enter(RegistrationState.Refused, now);
    }

    /// <summary>Something says that the registrar may have lost us, or is back: ask at once.</summary>
    public void Hurry(TimeSpan now)
    {
        if (State != RegistrationState.Refused) (NextAt, _tries) = (now, 0);
    }

    private TimeSpan Wait(TimeSpan first, TimeSpan longest)
    {
        TimeSpan wait = first * Math.Pow(2, Math.Min(_tries++, 20));
        return wait < longest ? wait : longest;
    }

    private void Enter(RegistrationState state, TimeSpan now)
    {
        if (state == State) return;
        if (State != RegistrationState.Registered && state != RegistrationState.Registered && State != RegistrationState.Trying) _tries = 1;
        (State, Since) = (state, now);
    }
}
