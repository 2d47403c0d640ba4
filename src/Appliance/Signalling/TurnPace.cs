namespace Tandem.Signalling;

/// <summary>How long a shard rests between two turns: not at all while messages are rare, for the rest of <paramref name="turn"/> when they come in a stream.</summary>
/// <remarks>To be woken costs more than to parse what it was for, so under load a thread is woken once a turn for all that has come. Pure: the time is an argument.</remarks>
/// <param name="turn">A message in a stream is answered so much later at most, half of it on average; zero: none is waited with.</param>
internal sealed class TurnPace(TimeSpan turn)
{
    private static readonly TimeSpan s_longest = TimeSpan.FromMilliseconds(16), s_stream = TimeSpan.FromMilliseconds(6);

    private TimeSpan _taken = TimeSpan.MinValue, _gap = s_longest;

    /// <summary>Messages come less than 6 ms apart: what is owed to others can wait for more of it.</summary>
    public bool IsStream => _gap <= s_stream;

    /// <summary>Messages were taken.</summary>
    public void Took(TimeSpan now)
    {
        if (_taken == now) return;
        TimeSpan gap = _taken == TimeSpan.MinValue || now - _taken > s_longest ? s_longest : now - _taken;
        _gap = (7 * _gap + gap) / 8;
        _taken = now;
    }

    /// <summary>How long to rest before the next are taken; zero or less: wait for the next one at once.</summary>
    public TimeSpan Rest(TimeSpan now) => _gap <= 2 * turn ? _taken + turn - now : TimeSpan.Zero;
}
