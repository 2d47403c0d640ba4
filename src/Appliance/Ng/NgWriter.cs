using System.Buffers.Text;
using System.Text;

namespace Tandem.Ng;

/// <summary>Writes a reply, bencode or JSON as its request was. Re-used: after warm-up nothing is allocated.</summary>
internal sealed class NgWriter
{
    private byte[] _bytes = new byte[4096];
    private int _length;
    private bool _json;
    private bool _first;    // the next JSON value is the first of its list or dictionary

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    /// <summary>Starts a reply: the cookie and a blank.</summary>
    public void Begin(ReadOnlySpan<byte> cookie, bool json)
    {
        _length = 0;
        _json = json;
        _first = true;
        Raw(cookie);
        Raw(" "u8);
    }

    public void OpenDictionary() => Open(_json ? "{"u8 : "d"u8);

    public void CloseDictionary() => Close(_json ? "}"u8 : "e"u8);

    public void OpenList() => Open(_json ? "["u8 : "l"u8);

    public void CloseList() => Close(_json ? "]"u8 : "e"u8);

    /// <summary>The key of the value that is written next.</summary>
    public void Key(ReadOnlySpan<byte> key)
    {
        Text(key);
        if (!_json) return;
        Raw(":"u8);
        _first = true;
    }

    public void Text(ReadOnlySpan<byte> text)
    {
        if (_json)
        {
            Separate();
            Quoted(text);
            return;
        }
        Number(text.Length);
        Raw(":"u8);
        Raw(text);
    }

    public void Text(string text)
    {
        Span<byte> room = stackalloc byte[256];
        Text(Encoding.UTF8.TryGetBytes(text, room, out int written) ? room[..written] : Encoding.UTF8.GetBytes(text));
    }

    public void Integer(long value)
    {
        if (_json) Separate();
        else Raw("i"u8);
        Number(value);
        if (!_json) Raw("e"u8);
    }

    public void Pair(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        Key(key);
        Text(value);
    }

    public void Pair(ReadOnlySpan<byte> key, string value)
    {
        Key(key);
        Text(value);
    }

    public void Pair(ReadOnlySpan<byte> key, long value)
    {
        Key(key);
        Integer(value);
    }

    private void Open(ReadOnlySpan<byte> bracket)
    {
        if (_json) Separate();
        Raw(bracket);
        _first = true;
    }

    private void Close(ReadOnlySpan<byte> bracket)
    {
        Raw(bracket);
        _first = false;
    }

    private void Separate()
    {
        if (!_first) Raw(","u8);
        _first = false;
    }

    private void Quoted(ReadOnlySpan<byte> text)
    {
        Raw("\""u8);
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(text, out Rune rune, out int length) != System.Buffers.OperationStatus.Done) Raw("\uFFFD"u8);
            else if (rune.Value is '"' or '\\' or < 0x20) Escaped((byte)rune.Value);
            else Raw(text[..length]);
            text = text[length..];
        }
        Raw("\""u8);
    }

    private void Escaped(byte value)
    {
        ReadOnlySpan<byte> hex = "0123456789abcdef"u8;
        switch (value)
        {
            case (byte)'\r': Raw("\\r"u8); break;
            case (byte)'\n': Raw("\\n"u8); break;
            case (byte)'"': Raw("\\\""u8); break;
            case (byte)'\\': Raw("\\\\"u8); break;
            default: Raw([(byte)'\\', (byte)'u', (byte)'0', (byte)'0', hex[value >> 4], hex[value & 15]]); break;
        }
    }

    private void Number(long value)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(value, digits, out int written);
        Raw(digits[..written]);
    }

    private void Raw(ReadOnlySpan<byte> bytes)
    {
        if (_length + bytes.Length > _bytes.Length) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + bytes.Length));
        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
    }
}
