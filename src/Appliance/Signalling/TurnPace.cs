namespace Tandem.Signalling;

/// <summary>How long a shard rests between two turns: not at all while messages are rare, for the rest of a millisecond when they come in a stream.</summary>
/// <remarks>To be woken costs more than to parse what it was for, so under load a thread is woken once a millisecond for all that has come. Pure: the time is an argument.</remarks>
internal sealed class TurnPace
{
    private static readonly TimeSpan s_turn = TimeSpan.FromMilliseconds(1), s_stream = TimeSpan.FromMilliseconds(2), s_longest = TimeSpan.FromMilliseconds(16);

    private TimeSpan _taken = TimeSpan.MinValue, _gap = s_longest;

    /// <summary>Messages were taken.</summary>
    public void Took(TimeSpan now)
    {
        if (_taken == now) return;
        TimeSpan gap = _taken == TimeSpan.MinValue || now - _taken > s_longest ? s_longest : now - _taken;
        _gap = (7 * _gap + gap) / 8;
        _taken = now;
    }

    /// <summary>How long to rest before the next are taken; zero or less: wait for the next one at once.</summary>
    public TimeSpan Rest(TimeSpan now) => _gap > s_stream ? TimeSpan.Zero : _taken + s_turn - now;
}
