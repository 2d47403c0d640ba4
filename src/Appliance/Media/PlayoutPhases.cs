namespace Tandem.Media;

/// <summary>Lets the legs of a loop that play send together, a few at a time: a wake-up costs more than a packet does, and thousands at once would be late.</summary>
/// <remarks>
/// A leg sends its first packet when it starts, so that a caller hears a prompt at once, and every later one with its group: the second
/// comes up to a packet's time early, which any receiver's buffer takes, and none comes late.
/// </remarks>
internal sealed class PlayoutPhases
{
    /// <summary>Legs that send together: so many take less than a millisecond.</summary>
    public const int Together = 128;

    private readonly List<Group> _groups = [];

    /// <summary>The group of a leg that starts to play now; give it back with <see cref="Leave"/>.</summary>
    /// <remarks>The fullest that has room: with legs coming and going, small groups die out.</remarks>
    public Group Join(TimeSpan now)
    {
        Group? fullest = null;
        foreach (Group group in _groups)
        {
            if (group.Legs < Together && group.Legs > (fullest?.Legs ?? 0)) fullest = group;
        }
        if (fullest is null) _groups.Add(fullest = new Group(now));
        fullest.Legs++;
        return fullest;
    }

    /// <summary>A leg stopped.</summary>
    public void Leave(Group group)
    {
        if (--group.Legs == 0) _groups.Remove(group);
    }

    /// <summary>Legs whose packets go out at the same moments.</summary>
    internal sealed class Group(TimeSpan since)
    {
        public int Legs { get; set; }

        /// <summary>The group's last moment that is not after this time.</summary>
        /// <param name="interval">Between two moments: a packet's time.</param>
        public TimeSpan NotAfter(TimeSpan time, TimeSpan interval)
        {
            long beyond = (time - since).Ticks % interval.Ticks;
            return time - TimeSpan.FromTicks(beyond < 0 ? beyond + interval.Ticks : beyond);
        }
    }
}
