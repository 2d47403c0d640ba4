namespace Tandem.Ng;

/// <summary>Reads bencode: <c>d…e</c>, <c>l…e</c>, <c>i42e</c>, <c>4:spam</c>. Keys in any order, as rtpengine's clients send them.</summary>
internal static class BencodeParser
{
    private const int MaxDigits = 19;

    /// <summary>Adds the one value that the bytes hold.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, NgDocument document)
    {
        int at = 0;
        return TryRead(bytes, ref at, document, 0) && at == bytes.Length;
    }

    private static bool TryRead(ReadOnlySpan<byte> bytes, ref int at, NgDocument document, int depth)
    {
        if (at >= bytes.Length || depth > NgDocument.MaxDepth) return false;
        switch (bytes[at])
        {
            case (byte)'d': return TryReadChildren(bytes, ref at, document, depth, NgKind.Dictionary);
            case (byte)'l': return TryReadChildren(bytes, ref at, document, depth, NgKind.List);
            case (byte)'i':
                at++;
                return TryReadNumber(bytes, ref at, (byte)'e', signed: true, out long integer) && document.Add(NgKind.Integer, integer: integer) >= 0;
            default: return TryReadText(bytes, ref at, document);
        }
    }

    private static bool TryReadChildren(ReadOnlySpan<byte> bytes, ref int at, NgDocument document, int depth, NgKind kind)
    {
        int node = document.Add(kind);
        if (node < 0) return false;
        for (at++; at < bytes.Length && bytes[at] != (byte)'e';)
        {
            if (kind == NgKind.Dictionary && !TryReadText(bytes, ref at, document)) return false;
            if (!TryRead(bytes, ref at, document, depth + 1)) return false;
        }
        if (at >= bytes.Length) return false;
        at++;
        document.Close(node);
        return true;
    }

    private static bool TryReadText(ReadOnlySpan<byte> bytes, ref int at, NgDocument document)
    {
        if (!TryReadNumber(bytes, ref at, (byte)':', signed: false, out long length) || length > bytes.Length - at) return false;
        if (document.Add(NgKind.Text, at, (int)length) < 0) return false;
        at += (int)length;
        return true;
    }

    private static bool TryReadNumber(ReadOnlySpan<byte> bytes, ref int at, byte end, bool signed, out long number)
    {
        number = 0;
        bool negative = signed && at < bytes.Length && bytes[at] == (byte)'-';
        if (negative) at++;
        int first = at;
        for (; at < bytes.Length && at - first < MaxDigits && char.IsAsciiDigit((char)bytes[at]); at++)
        {
            int digit = bytes[at] - '0';
            if (number > (long.MaxValue - digit) / 10) return false;
            number = number * 10 + digit;
        }
        if (at == first || at >= bytes.Length || bytes[at] != end) return false;
        at++;
        if (negative) number = -number;
        return true;
    }
}
