namespace Tandem.Media;

/// <summary>
/// Wake-ups that a thread owes to loops: one that works in turns gives many commands in a turn, and waking a loop costs more than carrying
/// them out, so it wakes each loop once, when the turn is over and what it answers is on its way.
/// </summary>
internal static class LoopWakes
{
    [ThreadStatic]
    private static List<MediaLoop>? s_owed;

    /// <summary>When the oldest debt was first seen; MaxValue: there is none.</summary>
    [ThreadStatic]
    private static TimeSpan s_since;

    /// <summary>From now on this thread owes: it must call <see cref="Pay"/> after each turn, and must not wait for a loop within one.</summary>
    public static void Owe() => (s_owed, s_since) = (s_owed ?? [], TimeSpan.MaxValue);

    /// <returns>False: this thread works in no turns, the loop is to be woken now.</returns>
    public static bool TryOwe(MediaLoop loop)
    {
        if (s_owed is not { } owed) return false;
        if (!owed.Contains(loop)) owed.Add(loop);
        return true;
    }

    /// <summary>Wakes the loops that are owed it, once the oldest debt is as old as <paramref name="patience"/>.</summary>
    /// <returns>When this must be called again; MaxValue: nothing is owed.</returns>
    public static TimeSpan Pay(TimeSpan now, TimeSpan patience)
    {
        if (s_owed is not { Count: > 0 } owed) return TimeSpan.MaxValue;
        if (s_since == TimeSpan.MaxValue) s_since = now;
        if (now - s_since < patience) return s_since + patience;
        foreach (MediaLoop loop in owed) loop.WakeIfParked();
        owed.Clear();
        s_since = TimeSpan.MaxValue;
        return TimeSpan.MaxValue;
    }
}
