using System.Net;
using System.Text;

namespace Sip.Core.Grammar;

/// <summary>Escapes of a URI (RFC 3261 §19.1.2) resolved into text.</summary>
public static class SipUriText
{
    /// <summary>Writes <paramref name="escaped"/> with every %HH as its byte; <paramref name="to"/> must be as long.</summary>
    /// <returns>Bytes written.</returns>
    public static int Unescape(ReadOnlySpan<byte> escaped, Span<byte> to)
    {
        int written = 0;
        for (int i = 0; i < escaped.Length; written++)
            to[written] = Next(escaped, ref i);
        return written;
    }

    /// <summary>The text of a user part or the like, as UTF-8. Allocates.</summary>
    public static string Decode(ReadOnlySpan<byte> escaped)
    {
        if (!escaped.Contains((byte)'%')) return Encoding.UTF8.GetString(escaped);
        byte[] plain = new byte[escaped.Length];
        return Encoding.UTF8.GetString(plain, 0, Unescape(escaped, plain));
    }

    /// <summary>The byte at <paramref name="index"/>, an escape resolved; moves behind it.</summary>
    internal static byte Next(ReadOnlySpan<byte> text, ref int index)
    {
        if (text[index] == '%' && index + 2 < text.Length && IsHex(text[index + 1]) && IsHex(text[index + 2]))
        {
            byte value = (byte)((Hex(text[index + 1]) << 4) | Hex(text[index + 2]));
            index += 3;
            return value;
        }
        return text[index++];
    }

    static bool IsHex(byte c) => char.IsAsciiHexDigit((char)c);
    static int Hex(byte c) => c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;

    /// <summary>True when the two differ only in how characters are escaped, and in case where <paramref name="ignoreCase"/>.</summary>
    public static bool Same(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, bool ignoreCase)
    {
        int i = 0, j = 0;
        while (i < left.Length && j < right.Length)
        {
            bool escapedLeft = left[i] == '%', escapedRight = right[j] == '%';
            byte a = Next(left, ref i), b = Next(right, ref j);
            // A reserved character means something only where it is not escaped (§19.1.4).
            if (a == b && escapedLeft != escapedRight && ";/?:@&=+$,"u8.Contains(a)) return false;
            if (a != b && !(ignoreCase && char.IsAsciiLetter((char)a) && (a ^ b) == 0x20)) return false;
        }
        return i == left.Length && j == right.Length;
    }

    /// <summary>The address when <paramref name="host"/> is dotted decimal IPv4, or IPv6 without brackets. A name is false.</summary>
    public static bool TryAddress(ReadOnlySpan<byte> host, out IPAddress? address)
    {
        address = null;
        bool six = host.Contains((byte)':');
        // IPAddress also takes "1", "0x7f.1" and octal: only four decimal parts are an address here.
        if (!six && (host.ContainsAnyExcept(SipGrammar.IPv4) || host.Count((byte)'.') != 3)) return false;
        if (!six)
        {
            foreach (Range part in host.Split((byte)'.'))
                if (host[part] is [] or [(byte)'0', _, ..]) return false;
        }
        return IPAddress.TryParse(host, out address);
    }
}
