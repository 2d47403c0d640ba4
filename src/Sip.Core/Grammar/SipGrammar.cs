using System.Buffers;
using System.Buffers.Text;

namespace Sip.Core.Grammar;

/// <summary>The character sets and basic rules of RFC 3261 §25.1.</summary>
public static class SipGrammar
{
    const string Alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>Characters of a token.</summary>
    public static readonly SearchValues<byte> Token = Set(Alphanumeric + "-.!%*_+`'~");

    /// <summary>Characters of a parameter value without quotes: token and host, hence brackets and colons.</summary>
    internal static readonly SearchValues<byte> ParameterValue = Set(Alphanumeric + "-.!%*_+`'~[]:");

    /// <summary>Characters of a userinfo: unreserved, escaped, user-unreserved and the colon before a password.</summary>
    internal static readonly SearchValues<byte> UserInfo = Set(Alphanumeric + "-_.!~*'()%&=+$,;?/:");

    /// <summary>Characters of URI parameters and of URI headers, with their separators.</summary>
    internal static readonly SearchValues<byte> UriParameters = Set(Alphanumeric + "-_.!~*'()%[]/:&+$;=");
    internal static readonly SearchValues<byte> UriHeaders = Set(Alphanumeric + "-_.!~*'()%[]/?:+$&=");

    /// <summary>The underscore is no part of a host name, but devices use it.</summary>
    internal static readonly SearchValues<byte> HostName = Set(Alphanumeric + "-._");
    internal static readonly SearchValues<byte> IPv4 = Set("0123456789.");
    internal static readonly SearchValues<byte> IPv6Reference = Set("ABCDEFabcdef0123456789:.");

    /// <summary>Any absoluteURI: reserved, unreserved and escaped. No white space, quotes or angle brackets.</summary>
    internal static readonly SearchValues<byte> AnyUri = Set(Alphanumeric + "-_.!~*'()%;/?:@&=+$,[]#");

    internal static readonly SearchValues<byte> Scheme = Set(Alphanumeric + "+-.");

    /// <summary>Characters of a Call-ID: word and "@".</summary>
    internal static readonly SearchValues<byte> CallId = Set(Alphanumeric + "-.!%*_+`'~()<>:\\\"/[]?{}@");

    static SearchValues<byte> Set(string characters)
    {
        byte[] bytes = new byte[characters.Length];
        for (int i = 0; i < bytes.Length; i++) bytes[i] = (byte)characters[i];
        return SearchValues.Create(bytes);
    }

    public static bool IsToken(ReadOnlySpan<byte> text) => !text.IsEmpty && !text.ContainsAnyExcept(Token);

    /// <summary>Linear white space: SP, HTAB, and the CRLF of a fold.</summary>
    public static bool IsSpace(byte value) => value is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';

    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text)
    {
        int start = 0, end = text.Length;
        while (start < end && IsSpace(text[start])) start++;
        while (end > start && IsSpace(text[end - 1])) end--;
        return text[start..end];
    }

    /// <summary>Digits only: no sign, no space. False also above <paramref name="max"/>.</summary>
    public static bool TryNumber(ReadOnlySpan<byte> text, uint max, out uint value)
    {
        value = 0;
        if (text.IsEmpty || text.ContainsAnyExceptInRange((byte)'0', (byte)'9')) return false;
        return Utf8Parser.TryParse(text, out value, out int used) && used == text.Length && value <= max;
    }

    /// <summary>delta-seconds: a number beyond 2^32-1 is taken as that (RFC 4475 §3.1.2.4); what is no number is absent.</summary>
    public static bool TrySeconds(ReadOnlySpan<byte> text, out uint seconds)
    {
        if (TryNumber(text, uint.MaxValue, out seconds)) return true;
        bool digits = !text.IsEmpty && !text.ContainsAnyExceptInRange((byte)'0', (byte)'9');
        seconds = digits ? uint.MaxValue : 0;
        return digits;
    }

    /// <summary>Length of the quoted-string at the start of <paramref name="text"/> with both quotes, -1 when it does not end.</summary>
    public static int QuotedLength(ReadOnlySpan<byte> text)
    {
        for (int i = 1; i < text.Length; i++)
        {
            if (text[i] == '\\') i++;
            else if (text[i] == '"') return i + 1;
        }
        return -1;
    }

    /// <summary>Offset of the first <paramref name="separator"/> outside quotes and angle brackets, -1 when there is none.</summary>
    public static int IndexOutsideQuotes(ReadOnlySpan<byte> text, byte separator)
    {
        bool bracket = false;
        for (int i = 0; i < text.Length; i++)
        {
            byte c = text[i];
            if (c == separator && !bracket) return i;
            if (c == '<') bracket = true;
            else if (c == '>') bracket = false;
            else if (c == '"' && !bracket)
            {
                int length = QuotedLength(text[i..]);
                if (length < 0) return -1;
                i += length - 1;
            }
        }
        return -1;
    }

    /// <summary>Writes the text of a quoted-string's inside with its backslashes resolved. <paramref name="to"/> may be the same
    /// length.</summary>
    /// <returns>Bytes written.</returns>
    public static int Unquote(ReadOnlySpan<byte> inside, Span<byte> to)
    {
        int written = 0;
        for (int i = 0; i < inside.Length; i++)
        {
            if (inside[i] == '\\' && i + 1 < inside.Length) i++;
            to[written++] = inside[i];
        }
        return written;
    }
}
