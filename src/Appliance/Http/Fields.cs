using System.Text;
using System.Text.RegularExpressions;
using Sip.Core.Grammar;

namespace Tandem.Http;

/// <summary>Checks of fields; what is wrong names the field and says what to do.</summary>
internal static partial class Fields
{
    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]
    private static partial Regex NamePattern { get; }

    [GeneratedRegex(@"^\+?[A-Za-z0-9*#_.-]{1,63}$")]
    private static partial Regex NumberPattern { get; }

    [GeneratedRegex(@"^\+?[0-9*#]{0,32}$")]
    private static partial Regex DigitsPattern { get; }

    /// <summary>A text as it shall be: null keeps what was, an empty one takes it away.</summary>
    public static string? Keep(string? given, string? before) => given is null ? before : given.Trim().Length == 0 ? null : given.Trim();

    public static ApiException Fault(int status, string field, string message, string advice) => new(status, $"{field}: {message}", advice)
    {
        Errors = new Dictionary<string, IReadOnlyList<string>> { [field] = [message] },
    };

    public static void Check(bool valid, string field, string message, string advice)
    {
        if (!valid) throw Fault(400, field, message, advice);
    }

    public static int Range(string field, int value, int least, int most)
    {
        Check(value >= least && value <= most, field, $"{value} is out of range.", $"Use a whole number from {least} to {most}.");
        return value;
    }

    public static decimal Cost(string field, decimal value)
    {
        Check(value is >= 0 and <= 1_000_000, field, $"{value} is out of range.", "Use a number from 0 to 1000000.");
        return value;
    }

    public static string Name(string field, string value)
    {
        Check(NamePattern.IsMatch(value), field, $"'{value}' is not a name.", "Use up to 64 letters, digits and . _ -, for example acme.");
        return value;
    }

    public static string? Text(string field, string? value, int longest)
    {
        Check(value is null || value.Length <= longest && !value.Any(char.IsControl), field, "it is too long or contains control characters.",
            $"Use up to {longest} characters of plain text.");
        return value;
    }

    /// <summary>A number as a user would dial it.</summary>
    public static string? Number(string field, string? value)
    {
        if (value is null) return null;
        string clean = Routing.NumberPlan.Clean(value);
        Check(NumberPattern.IsMatch(clean), field, $"'{value}' is not a number.", "Write an extension, or an outside number as it is dialled, for example +34911234567.");
        return clean;
    }

    /// <summary>The beginning of numbers; may be empty.</summary>
    public static string Prefix(string field, string value)
    {
        string clean = Routing.NumberPlan.Clean(value);
        Check(DigitsPattern.IsMatch(clean), field, $"'{value}' is not the beginning of a number.", "Use up to 32 digits, * and #; a leading + compares with the number in E.164.");
        return clean;
    }

    public static string Digits(string field, string value, int most)
    {
        Check(value.Length <= most && value.All(char.IsAsciiDigit), field, $"'{value}' is not possible.", $"Use up to {most} digits, or nothing.");
        return value;
    }

    /// <summary>The address of a SIP peer: sip:host[:port][;transport=udp|tcp|tls]; the scheme may be left out.</summary>
    public static string PeerUri(string field, string value)
    {
        string text = value.Contains(':', StringComparison.Ordinal) && value.StartsWith("sip", StringComparison.OrdinalIgnoreCase) ? value : $"sip:{value}";
        bool valid = text.Length <= 255 && SipUri.TryParse(Encoding.ASCII.GetBytes(text), out SipUri uri) && !uri.HasUser && uri.Headers.IsEmpty
            && (!uri.Parameters.TryGet("transport"u8, out ReadOnlySpan<byte> transport)
                || Encoding.ASCII.GetString(transport).ToLowerInvariant() is "udp" or "tcp" or "tls");
        Check(valid, field, $"'{value}' is not the address of a gateway.", "Write sip:host, sip:host:5080 or sip:host;transport=tls (udp, tcp or tls).");
        return text;
    }
}
