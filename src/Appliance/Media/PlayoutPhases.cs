namespace Tandem.Media;

/// <summary>Spreads the legs of a loop that play over the 20 ms of a packet's time, so that thousands of them do not fire together.</summary>
/// <remarks>
/// A leg that starts gets the present millisecond as long as that is no more crowded than others, so that a caller hears a prompt at
/// once; only where many start together do some wait, 19 ms at the most.
/// </remarks>
internal sealed class PlayoutPhases
{
    private const int Slots = 20;

    // Legs that may share one millisecond beyond what the emptiest has: sending so many takes far less than the millisecond.
    private const int Slack = 16;

    private readonly int[] _playing = new int[Slots];

    /// <summary>Chooses the first send time of a leg that starts now; give it back with <see cref="Leave"/>.</summary>
    public TimeSpan Join(TimeSpan now)
    {
        int limit = Least() + Slack, first = SlotOf(now), wait = 0;
        while (_playing[(first + wait) % Slots] >= limit) wait++;
        _playing[(first + wait) % Slots]++;
        return now + TimeSpan.FromMilliseconds(wait);
    }

    /// <summary>A leg stopped.</summary>
    /// <param name="firstSendTime">What <see cref="Join"/> returned.</param>
    public void Leave(TimeSpan firstSendTime) => _playing[SlotOf(firstSendTime)]--;

    private static int SlotOf(TimeSpan time) => (int)(time.Ticks / TimeSpan.TicksPerMillisecond % Slots);

    private int Least()
    {
        int least = int.MaxValue;
        foreach (int count in _playing) least = Math.Min(least, count);
        return least;
    }
}
