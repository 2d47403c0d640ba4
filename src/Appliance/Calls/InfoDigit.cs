using System.Buffers.Text;

namespace Tandem.Calls;

/// <summary>The key in a SIP INFO: <c>application/dtmf-relay</c> (Signal=, Duration=) and <c>application/dtmf</c> (the bare key).</summary>
internal static class InfoDigit
{
    private const int DefaultMs = 160;

    /// <param name="durationMs">Milliseconds the key was held, 40 to 5000; 160 where the body does not say.</param>
    public static bool TryParse(string contentType, ReadOnlySpan<byte> body, out char digit, out int durationMs)
    {
        (digit, durationMs) = ('\0', DefaultMs);
        ReadOnlySpan<char> type = contentType.AsSpan();
        int parameters = type.IndexOf(';');
        type = (parameters < 0 ? type : type[..parameters]).Trim();
        if (type.Equals("application/dtmf", StringComparison.OrdinalIgnoreCase)) return TryKey(body, out digit);
        if (!type.Equals("application/dtmf-relay", StringComparison.OrdinalIgnoreCase)) return false;
        bool found = false;
        foreach (Range line in body.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> text = body[line];
            int equals = text.IndexOf((byte)'=');
            if (equals < 0) continue;
            ReadOnlySpan<byte> name = text[..equals].Trim(" \t\r"u8), value = text[(equals + 1)..].Trim(" \t\r"u8);
            if (System.Text.Ascii.EqualsIgnoreCase(name, "Signal"u8)) found = TryKey(value, out digit);
            else if (System.Text.Ascii.EqualsIgnoreCase(name, "Duration"u8) && Utf8Parser.TryParse(value, out int ms, out _))
                durationMs = Math.Clamp(ms, 40, 5000);
        }
        return found;
    }

    /// <summary>A key as itself, or as its RFC 4733 event number (10 star, 11 pound, 12 to 15 the letters).</summary>
    private static bool TryKey(ReadOnlySpan<byte> text, out char digit)
    {
        text = text.Trim(" \t\r\n"u8);
        digit = '\0';
        if (text.Length == 1 && "0123456789*#ABCDabcd"u8.Contains(text[0])) digit = char.ToUpperInvariant((char)text[0]);
        else if (text.Length == 2 && Utf8Parser.TryParse(text, out int number, out int used) && used == 2 && number is >= 10 and <= 15)
            digit = "*#ABCD"[number - 10];
        return digit != '\0';
    }
}
