using System.Globalization;

namespace Sip.Core.Sdp;

/// <summary>One <c>a=crypto</c> line (RFC 4568 §4) that can be used here: one inline key, no parameter that we would have to obey and do not.</summary>
/// <param name="Tag">Names the line within its m-line; the answer repeats it.</param>
/// <param name="Suite">One that we speak.</param>
/// <param name="Key">Master key and, behind it, the salt.</param>
public sealed record CryptoAttribute(int Tag, CryptoSuite Suite, byte[] Key)
{
    public const string Name = "crypto";

    private const string Inline = "inline:";

    /// <summary>Reads the value of an attribute.</summary>
    /// <param name="value">What stands behind <c>a=crypto:</c>.</param>
    /// <param name="attribute">Null where the line cannot be used.</param>
    /// <param name="problem">Why not, without a word of the key.</param>
    /// <remarks>
    /// A key's lifetime is read and not held against the peer: it is the peer's to change its key in time, and ours are for the whole
    /// lifetime of their suite. A window size is a hint (§6.3.7).
    /// </remarks>
    public static bool TryParse(string value, out CryptoAttribute? attribute, out string? problem)
    {
        attribute = null;
        string[] fields = value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        problem = "a=crypto is malformed";
        if (fields.Length < 3 || fields[0].Length > 9) return false;
        if (!int.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out int tag)) return false;
        problem = "no crypto suite that is known here";
        if (CryptoSuite.Find(fields[1]) is not { } suite) return false;
        for (int i = 3; i < fields.Length; i++)
        {
            problem = $"{NameOf(fields[i])} is not supported";
            if (!MayBeIgnored(fields[i])) return false;
        }

        if (!TryParseKey(fields[2], suite, out byte[]? key, out problem)) return false;
        attribute = new CryptoAttribute(tag, suite, key!);
        return true;
    }

    /// <summary>As it goes on the wire: the only place where the key becomes text.</summary>
    public SdpAttribute Write() => new(
        Name, string.Create(CultureInfo.InvariantCulture, $"{Tag} {Suite.Name} {Inline}{Convert.ToBase64String(Key)}"));

    private static bool TryParseKey(string text, CryptoSuite suite, out byte[]? key, out string? problem)
    {
        key = null;
        problem = "more than one key in a line is not supported";
        if (text.Contains(';')) return false;
        problem = "a=crypto has no inline key";
        if (!text.StartsWith(Inline, StringComparison.OrdinalIgnoreCase)) return false;
        string[] parts = text[Inline.Length..].Split('|');
        for (int i = 1; i < parts.Length; i++)
        {
            problem = "MKI is not supported";
            if (parts[i].Contains(':')) return false;
            problem = "a=crypto is malformed";
            if (i > 1 || parts[i].Length == 0 || !char.IsAsciiDigit(parts[i][0])) return false;    // the lifetime: 2^31, or a number
        }

        problem = $"the key's length is not that of {suite.Name}";
        string padded = parts[0].PadRight((parts[0].Length + 3) / 4 * 4, '=');    // some leave the padding out
        byte[] bytes = new byte[suite.KeyLength];
        if (padded.Length != (suite.KeyLength + 2) / 3 * 4) return false;
        if (!Convert.TryFromBase64String(padded, bytes, out int length) || length != suite.KeyLength) return false;
        (key, problem) = (bytes, null);
        return true;
    }

    /// <summary>§6.3: what is not understood makes the line useless, unless its name begins with a minus.</summary>
    private static bool MayBeIgnored(string parameter) =>
        parameter.StartsWith('-') || parameter.StartsWith("WSH=", StringComparison.OrdinalIgnoreCase)
        || parameter.Equals("KDR=0", StringComparison.OrdinalIgnoreCase);

    /// <summary>A parameter without its value, of which FEC_KEY's is a key, and only where it is a name at all: it is the peer's text.</summary>
    private static string NameOf(string parameter)
    {
        string name = parameter.Split('=')[0];
        foreach (char c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '_') return "a session parameter";
        }

        return $"the session parameter {name}";
    }
}
