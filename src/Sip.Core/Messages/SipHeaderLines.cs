namespace Sip.Core.Messages;

/// <summary>The header lines of a message in order.</summary>
public ref struct SipHeaderLines
{
    readonly SipMessage _message;
    int _index;

    internal SipHeaderLines(SipMessage message)
    {
        _message = message;
        _index = -1;
    }

    public readonly int Count => _message.LineCount;
    public readonly SipHeaderLines GetEnumerator() => new(_message);
    public bool MoveNext() => ++_index < _message.LineCount;
    public readonly SipHeaderLine Current => new(_message.LineAt(_index).Id, _message.NameOf(_index), _message.ValueOf(_index));
}
