using System.Buffers;
using Sip.Core.Framing;
using Sip.Core.Messages;

namespace Tandem.Net;

/// <summary>What <see cref="StreamAssembler"/> found.</summary>
internal enum StreamEvent : byte
{
    Message,
    KeepAlive,
    Error,
}

/// <summary>Puts the pieces of one stream together and cuts messages out. Holds no buffer while nothing is left over.</summary>
/// <remarks>Each byte is copied in once and moved at most once per append, however small the pieces come.</remarks>
internal sealed class StreamAssembler
{
    private SipStreamFramer _framer;
    private byte[] _bytes = [];
    private int _start, _end;
    private bool _failed;

    public bool IsEmpty => _start == _end;

    public SipParseError Error => _framer.Error;

    public void Append(ReadOnlySpan<byte> piece)
    {
        if (_failed || piece.IsEmpty) return;
        int left = _end - _start;
        if (_bytes.Length - _end < piece.Length)
        {
            // The framer gives up at 64 KiB of one message, so this stays bounded by that and a piece.
            byte[] target = _bytes.Length >= left + piece.Length ? _bytes : ArrayPool<byte>.Shared.Rent(Math.Max(4096, left + piece.Length));
            Buffer.BlockCopy(_bytes, _start, target, 0, left);
            if (target != _bytes) Return();
            _bytes = target;
            (_start, _end) = (0, left);
        }

        piece.CopyTo(_bytes.AsSpan(_end));
        _end += piece.Length;
    }

    /// <summary>The next thing in the stream; false when more bytes are needed. The span is valid until the next call of any member.</summary>
    public bool TryNext(out StreamEvent what, out ReadOnlySpan<byte> message)
    {
        what = default;
        message = default;
        while (!_failed && !IsEmpty)
        {
            SipFrame frame = _framer.Next(_bytes.AsSpan(_start, _end - _start));
            if (frame == SipFrame.NeedMore) return false;
            message = _bytes.AsSpan(_start, _framer.Length);
            _start += _framer.Length;
            switch (frame)
            {
                case SipFrame.Skip: continue;
                case SipFrame.KeepAlive:
                    what = StreamEvent.KeepAlive;
                    return true;
                case SipFrame.Message:
                    what = StreamEvent.Message;
                    return true;
                default:
                    _failed = true;
                    what = StreamEvent.Error;
                    return true;
            }
        }

        if (_bytes.Length == 0) return false;
        Return();
        _bytes = [];
        (_start, _end) = (0, 0);
        return false;
    }

    /// <summary>Gives its buffer back and takes nothing more.</summary>
    public void Stop()
    {
        _failed = true;
        Return();
        _bytes = [];
        (_start, _end) = (0, 0);
    }

    private void Return()
    {
        if (_bytes.Length > 0) ArrayPool<byte>.Shared.Return(_bytes);
    }
}
