using System.Diagnostics.CodeAnalysis;

namespace Tandem.Routing;

/// <summary>Values by number and by the beginning of numbers: a look-up costs one probe per length that there is, however many entries.</summary>
/// <remarks>Filled once, then read from any thread.</remarks>
internal sealed class PrefixMap<T>
{
    private const int Longest = 64;
    private readonly Dictionary<string, T> _numbers = new(StringComparer.Ordinal), _prefixes = new(StringComparer.Ordinal);
    private readonly bool[] _lengths = new bool[Longest + 1];

    /// <summary>All prefixes with their values.</summary>
    public IReadOnlyDictionary<string, T> Prefixes => _prefixes;

    public void Add(string number, bool prefix, T value)
    {
        if (number.Length > Longest) return;    // no number that anybody dials
        if (prefix) _lengths[number.Length] = true;
        (prefix ? _prefixes : _numbers)[number] = value;
    }

    public bool TryNumber(string number, [MaybeNullWhen(false)] out T value) => _numbers.TryGetValue(number, out value);

    public bool TryPrefix(ReadOnlySpan<char> prefix, [MaybeNullWhen(false)] out T value)
    {
        value = default;
        return prefix.Length <= Longest && _lengths[prefix.Length]
            && _prefixes.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(prefix, out value);
    }

    /// <summary>The entry of the number itself, else of its longest beginning.</summary>
    public bool TryFind(string number, [MaybeNullWhen(false)] out T value)
    {
        if (TryNumber(number, out value)) return true;
        for (int length = Math.Min(number.Length, Longest); length >= 0; length--)
            if (TryPrefix(number.AsSpan(0, length), out value)) return true;
        return false;
    }
}
