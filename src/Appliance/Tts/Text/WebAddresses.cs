using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace Tandem.Tts.Text;

/// <summary>E-mail, SIP and web addresses as they are dictated.</summary>
internal static partial class WebAddresses
{
    public static string Expand(string text)
    {
        text = Mail().Replace(text, static m => Dictate(m.Groups[1].Value));
        return Site().Replace(text, static m => Dictate(m.Groups[1].Value.TrimEnd('/')));
    }

    private static string Dictate(string address)
    {
        var said = new StringBuilder();
        foreach (Match part in Part().Matches(address))
        {
            string word = part.Value switch
            {
                "." => "dot",
                "@" => "at",
                "/" => "slash",
                "-" => "dash",
                "_" => "underscore",
                "+" => "plus",
                ":" => "colon",
                "?" => "question mark",
                "=" => "equals",
                "&" => "and",
                "#" => "hash",
                "%" => "percent",
                "~" => "tilde",
                "www" => Spelling.Of("www"),
                { } digits when char.IsAsciiDigit(digits[0]) => NumberWords.Digits(digits),
                { Length: <= 3 } letters when !HasVowel(letters) || Spelled.Contains(letters.ToLowerInvariant()) => Spelling.Of(letters),
                { } letters => letters.ToLowerInvariant(),
            };
            said.Append(said.Length > 0 ? " " : "").Append(word);
        }
        return said.ToString();
    }

    private static readonly SearchValues<char> Vowels = SearchValues.Create("aeiouyAEIOUY");

    private static readonly HashSet<string> Spelled = ["io", "uk", "us", "eu", "ca", "au", "ie", "es", "it", "faq", "api"];

    private static bool HasVowel(string word) => word.AsSpan().ContainsAny(Vowels);

    [GeneratedRegex(@"(?:\b(?:sips?|mailto|tel):)?\b([\w.+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,8})", RegexOptions.IgnoreCase)]
    private static partial Regex Mail();

    [GeneratedRegex(@"\b(?:https?|wss?|ftp)://([A-Za-z0-9][^\s,;!?()""]*[A-Za-z0-9/])|\b(?:(?<1>www\.[A-Za-z0-9][^\s,;!?()""]*[A-Za-z0-9/])|(?<1>(?:[A-Za-z0-9-]{1,63}\.){1,5}(?:com|org|net|io|gov|edu|info|biz|co\.uk|uk|de|fr|eu|us|ca)(?:/[A-Za-z0-9/_.-]*[A-Za-z0-9/])?)\b)")]
    private static partial Regex Site();

    [GeneratedRegex(@"[A-Za-z]+|[0-9]+|[^\sA-Za-z0-9]")]
    private static partial Regex Part();
}
