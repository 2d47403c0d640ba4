namespace Rtp.Core.Packets;

/// <summary>Walks the elements of a one-byte or two-byte header extension: RFC 8285 §4.2 and §4.3.</summary>
/// <remarks>An element that runs past the end ends the walk: what was read before it stands (§4.1.2 asks receivers to be lenient).</remarks>
public ref struct HeaderExtensionReader
{
    public const ushort OneByteProfile = 0xBEDE;

    private readonly bool _twoByte;
    private ReadOnlySpan<byte> _rest;

    /// <param name="profile">The 16 bits "defined by profile"; other than RFC 8285's, there are no elements to read.</param>
    /// <param name="data">The extension's words.</param>
    public HeaderExtensionReader(ushort profile, ReadOnlySpan<byte> data)
    {
        _twoByte = profile >> 4 == 0x100;    // the low four bits are "appbits"
        _rest = _twoByte || profile == OneByteProfile ? data : default;
        Id = 0;
        Value = default;
    }

    /// <summary>The local identifier that the SDP maps to a URI: 1–14 in the one-byte form, 1–255 in the two-byte form.</summary>
    public byte Id { get; private set; }

    public ReadOnlySpan<byte> Value { get; private set; }

    public readonly HeaderExtensionReader GetEnumerator() => this;

    public readonly HeaderExtensionReader Current => this;

    public bool MoveNext() => Read();

    /// <summary>Moves to the next element.</summary>
    public bool Read()
    {
        while (!_rest.IsEmpty && _rest[0] == 0) _rest = _rest[1..];    // padding bytes stand between elements
        int head = _twoByte ? 2 : 1;
        if (_rest.Length < head) return false;
        int length = _twoByte ? _rest[1] : (_rest[0] & 0x0F) + 1;
        byte id = _twoByte ? _rest[0] : (byte)(_rest[0] >> 4);
        // Identifier 15 stops the processing of a one-byte extension; 0 with a length is malformed there.
        if ((!_twoByte && id is 15 or 0) || _rest.Length < head + length)
        {
            _rest = default;
            return false;
        }

        Id = id;
        Value = _rest.Slice(head, length);
        _rest = _rest[(head + length)..];
        return true;
    }

    /// <summary>The value of the first element with <paramref name="id"/>.</summary>
    public static bool TryFind(in RtpView view, byte id, out ReadOnlySpan<byte> value)
    {
        HeaderExtensionReader reader = view.Extensions;
        while (reader.Read())
        {
            if (reader.Id != id) continue;
            value = reader.Value;
            return true;
        }

        value = default;
        return false;
    }
}
