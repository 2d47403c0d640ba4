using Sip.Core.Grammar;

namespace Sip.Core.Messages;

/// <summary>The values of one header in order: every line, and within a line what commas outside quotes and angle brackets
/// separate.</summary>
public ref struct SipHeaderValues
{
    readonly SipMessage _message;
    readonly SipHeaderId _id;
    int _line;
    ReadOnlySpan<byte> _rest;

    internal SipHeaderValues(SipMessage message, SipHeaderId id)
    {
        _message = message;
        _id = id;
        _line = message.FirstLine(id);
        if (_line >= 0) _rest = message.ValueOf(_line);
    }

    public ReadOnlySpan<byte> Current { get; private set; }

    public readonly SipHeaderValues GetEnumerator() => this;

    /// <summary>Moves to the next value that is not empty.</summary>
    public bool MoveNext()
    {
        while (_line >= 0)
        {
            if (_rest.IsEmpty)
            {
                _line = _message.LineAt(_line).Next;
                if (_line >= 0) _rest = _message.ValueOf(_line);
                continue;
            }
            int comma = SipHeaders.IsList(_id) ? SipGrammar.IndexOutsideQuotes(_rest, (byte)',') : -1;
            Current = SipGrammar.Trim(comma < 0 ? _rest : _rest[..comma]);
            _rest = comma < 0 ? default : _rest[(comma + 1)..];
            if (!Current.IsEmpty) return true;
        }
        return false;
    }

    /// <summary>Values from here to the end.</summary>
    public readonly int Count()
    {
        SipHeaderValues all = this;
        int count = 0;
        while (all.MoveNext()) count++;
        return count;
    }
}
