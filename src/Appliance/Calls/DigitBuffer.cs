namespace Tandem.Calls;

/// <summary>Digits on their way to whoever collects them; those keyed while nobody does wait here (type-ahead).</summary>
internal sealed class DigitBuffer
{
    private const int Limit = 64;
    private readonly Queue<char> _ahead = new();
    private DigitEntry? _entry;

    public void Key(char digit)
    {
        if (_entry is { IsOpen: true } entry) entry.Key(digit);
        else if (_ahead.Count < Limit) _ahead.Enqueue(digit);
    }

    /// <summary>Hands what was keyed ahead to <paramref name="entry"/> and then every digit as it comes.</summary>
    public void Attach(DigitEntry entry)
    {
        _entry = entry;
        while (entry.IsOpen && _ahead.TryDequeue(out char digit)) entry.Key(digit);
    }

    public void Detach() => _entry = null;
}
