using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Tandem.Events;

/// <summary>The few named values of an event, in one array: calls make several each, and the newest thousand are kept.</summary>
internal sealed class EventData(ReadOnlySpan<(string Name, object? Value)> values) : IReadOnlyDictionary<string, object?>
{
    private readonly (string Name, object? Value)[] _values = values.ToArray();

    public int Count => _values.Length;

    public IEnumerable<string> Keys => _values.Select(value => value.Name);

    public IEnumerable<object?> Values => _values.Select(value => value.Value);

    public object? this[string key] => TryGetValue(key, out object? value) ? value : throw new KeyNotFoundException($"The event has no {key}.");

    public bool ContainsKey(string key) => TryGetValue(key, out _);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out object? value)
    {
        foreach ((string name, object? found) in _values)
        {
            if (name != key) continue;
            value = found;
            return true;
        }
        value = null;
        return false;
    }

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() =>
        _values.Select(value => KeyValuePair.Create(value.Name, value.Value)).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
