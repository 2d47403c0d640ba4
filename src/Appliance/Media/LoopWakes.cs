namespace Tandem.Media;

/// <summary>
/// Wake-ups that a thread owes to loops: one that works in turns gives many commands in a turn, and waking a loop costs more than carrying
/// them out, so it wakes each loop once, when the turn is over and what it answers is on its way.
/// </summary>
internal static class LoopWakes
{
    [ThreadStatic]
    private static List<MediaLoop>? s_owed;

    /// <summary>From now on this thread owes: it must call <see cref="Pay"/> after each turn, and must not wait for a loop within one.</summary>
    public static void Owe() => s_owed ??= [];

    /// <returns>False: this thread works in no turns, the loop is to be woken now.</returns>
    public static bool TryOwe(MediaLoop loop)
    {
        if (s_owed is not { } owed) return false;
        if (!owed.Contains(loop)) owed.Add(loop);
        return true;
    }

    public static void Pay()
    {
        if (s_owed is not { Count: > 0 } owed) return;
        foreach (MediaLoop loop in owed) loop.WakeIfParked();
        owed.Clear();
    }
}
