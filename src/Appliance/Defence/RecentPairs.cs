namespace Tandem.Defence;

/// <summary>Which source had the right password of which account. Bounded: two generations, of which the older goes when the younger is full.</summary>
internal sealed class RecentPairs(int capacity)
{
    private HashSet<string> _young = new(StringComparer.Ordinal), _old = new(StringComparer.Ordinal);

    public void Add(string pair)
    {
        if (_young.Contains(pair)) return;
        if (_young.Count >= capacity)
        {
            (_young, _old) = (_old, _young);
            _young.Clear();
        }
        _young.Add(pair);
    }

    public bool Contains(string pair) => _young.Contains(pair) || _old.Contains(pair);
}
