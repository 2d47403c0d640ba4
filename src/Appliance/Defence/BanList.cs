namespace Tandem.Defence;

/// <summary>Who is kept out until when. Bounded: the ban that would end first makes room.</summary>
/// <remarks>One owner; time is an argument.</remarks>
internal sealed class BanList<TKey>(int capacity)
    where TKey : notnull
{
    private readonly Dictionary<TKey, Entry> _bans = [];

    public int Count => _bans.Count;

    /// <summary>Whether it is banned; counts what is turned away.</summary>
    public bool Holds(TKey key, TimeSpan now)
    {
        if (_bans.Count == 0 || !_bans.TryGetValue(key, out Entry? entry)) return false;
        if (entry.Until <= now)
        {
            _bans.Remove(key);
            return false;
        }
        entry.Dropped++;
        return true;
    }

    /// <summary>Bans, or bans for longer.</summary>
    /// <param name="ban">What is shown of it.</param>
    /// <returns>False: it is banned for at least that long already.</returns>
    public bool Add(TKey key, Ban ban, TimeSpan until, TimeSpan now)
    {
        if (_bans.TryGetValue(key, out Entry? known) && known.Until >= until && known.Until > now) return false;
        if (known is null && _bans.Count >= capacity) MakeRoom(now);
        _bans[key] = new Entry(ban, until);
        return true;
    }

    public bool Remove(TKey key) => _bans.Remove(key);

    /// <summary>Those in force.</summary>
    public IEnumerable<Ban> List(TimeSpan now) =>
        _bans.Values.Where(entry => entry.Until > now).Select(entry => entry.Ban with { Dropped = entry.Ban.Dropped + entry.Dropped });

    private void MakeRoom(TimeSpan now)
    {
        foreach (TKey over in (TKey[])[.. _bans.Where(pair => pair.Value.Until <= now).Select(pair => pair.Key)]) _bans.Remove(over);
        if (_bans.Count >= capacity) _bans.Remove(_bans.MinBy(pair => pair.Value.Until).Key);
    }

    private sealed class Entry(Ban ban, TimeSpan until)
    {
        public Ban Ban => ban;

        public TimeSpan Until => until;

        public long Dropped { get; set; }
    }
}
