namespace Rtp.Core.Packets;

/// <summary>Collects one-byte header extension elements: RFC 8285 §4.2.</summary>
public ref struct HeaderExtensionWriter(Span<byte> buffer)
{
    private readonly Span<byte> _buffer = buffer;
    private int _length;

    /// <summary>Appends an element.</summary>
    /// <param name="id">1–14.</param>
    /// <param name="value">1–16 bytes.</param>
    /// <returns>False, and nothing written, where the element does not fit the form or the buffer.</returns>
    public bool TryAdd(byte id, ReadOnlySpan<byte> value)
    {
        if (id is < 1 or > 14 || value.Length is < 1 or > 16) return false;
        int end = _length + 1 + value.Length;
        if (((end + 3) & ~3) > _buffer.Length) return false;
        _buffer[_length] = (byte)(id << 4 | (value.Length - 1));
        value.CopyTo(_buffer[(_length + 1)..]);
        _length = end;
        return true;
    }

    /// <summary>Pads to whole words.</summary>
    /// <returns>The words for <see cref="RtpWriter.WriteHeader(Span{byte}, byte, bool, ushort, uint, uint, ushort, ReadOnlySpan{byte})"/>.</returns>
    public ReadOnlySpan<byte> Finish()
    {
        while ((_length & 3) != 0) _buffer[_length++] = 0;
        return _buffer[.._length];
    }
}
