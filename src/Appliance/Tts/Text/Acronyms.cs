using System.Buffers;
using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Tandem.Tts.Text;

/// <summary>Words in capitals: said as a word (PIN), spelled (FAQ), or only stressed by their writer (NOT).</summary>
internal static partial class Acronyms
{
    private static readonly FrozenSet<string> Words = FrozenSet.Create(StringComparer.Ordinal,
        "PIN", "SIM", "NASA", "NATO", "LAN", "WAN", "RAM", "ROM", "ZIP", "SIP", "LASER", "RADAR", "UNESCO", "UNICEF", "OPEC", "COVID", "AIDS", "SWAT", "GIF",
        "SCUBA", "IKEA", "VOIP", "HIPAA", "MODEM", "CAPTCHA", "FEMA", "NAFTA", "OSHA", "DOS", "AWOL", "NAT", "SOHO", "FIFA", "NAS", "VAT", "MIDI", "IBAN");

    /// <summary>Longer ones that could be read as words and are not.</summary>
    private static readonly FrozenSet<string> Spelled = FrozenSet.Create(StringComparer.Ordinal,
        "ASAP", "ISDN", "IEEE", "IMEI", "YMCA", "AARP", "NAACP", "ESPN", "HTTPS", "HTML", "SMTP", "IMAP", "UCLA", "HDMI", "USPS", "AIM", "EIN", "ETA", "CEO", "CIO", "COO",
        "EU", "UK", "US", "USA", "IT", "ID", "TV", "PC", "HR", "PR", "VIP", "FAQ", "IVR", "DIY", "ATM", "DVD", "IOU", "IQ", "UPS", "DOB", "POB", "ISO", "IOS", "AAA", "UAE", "IRS", "FBI", "CIA");

    /// <summary>Short words that are written in capitals to stress them.</summary>
    private static readonly FrozenSet<string> Stressed = FrozenSet.Create(StringComparer.Ordinal,
        "A", "I", "AN", "AS", "AT", "BE", "BY", "DO", "GO", "HE", "IF", "IN", "IS", "ME", "MY", "NO", "OF", "OH", "ON", "OR", "SO", "TO", "UP", "WE", "ALL", "AND", "ANY", "ARE",
        "ASK", "BAD", "BIG", "BUT", "BUY", "CAN", "DAY", "DID", "END", "FEW", "FOR", "GET", "GOT", "HAD", "HAS", "HER", "HIM", "HIS", "HOT", "HOW", "KEY", "LET", "LOW", "MAY", "NEW",
        "NOT", "NOW", "OFF", "OLD", "ONE", "ONLY", "OUR", "OUT", "OWN", "PAY", "PUT", "RUN", "SAY", "SEE", "SET", "SHE", "THE", "TOO", "TRY", "TWO", "USE", "WAS", "WAY", "WHO", "WHY",
        "WIN", "WON", "YES", "YET", "YOU", "SIX", "TEN", "AGO", "FUN", "TOP", "SUN", "MON", "FRI", "SAT", "MEN", "BOX", "CAR", "BUS", "AIR", "ART", "BED", "JOB", "LAW", "MAP", "TAX");

    private static readonly SearchValues<char> Vowels = SearchValues.Create("AEIOUY");

    public static string Expand(string text)
    {
        if (IsShouted(text)) text = Capitals().Replace(text, static m => Known(m.Value) || m.Value is "AM" or "PM" ? m.Value : m.Value.ToLowerInvariant());
        text = Okay().Replace(text, "okay");
        text = LetterA().Replace(text, "eigh");
        text = Mixed().Replace(text, static m => m.Value.Contains('-', StringComparison.Ordinal) ? m.Value : Spelling.Of(m.Value));
        return Word().Replace(text, static m => Say(m.Groups[1].Value) + (m.Groups[2].Success ? Plural(m.Groups[1].Value) : ""));
    }

    private static string Say(string word)
    {
        if (word is "AM" or "PM") return word;    // of a time; espeak-ng spells these two well
        if (Words.Contains(word)) return word == "VOIP" ? "voyp" : word.ToLowerInvariant();
        if (Spelled.Contains(word)) return Spelling.Of(word);
        if (Stressed.Contains(word)) return word == "I" ? word : word.ToLowerInvariant();
        return word.Length <= 3 || !HasVowel(word) ? Spelling.Of(word) : word.ToLowerInvariant();
    }

    /// <summary>PINs is a word with an s; FAQs ends in a spelled letter, where the apostrophe keeps the s from being spelled too.</summary>
    private static string Plural(string word) => Words.Contains(word) ? "s" : "'s";

    private static bool Known(string word) => Words.Contains(word) || Spelled.Contains(word) && word is not ("IT" or "US" or "AIM" or "UPS");

    /// <summary>True for a text without lower-case letters: its capitals mean nothing.</summary>
    private static bool IsShouted(string text) => text.Count(char.IsAsciiLetterUpper) >= 10 && !text.Any(char.IsAsciiLetterLower) && text.Contains(' ', StringComparison.Ordinal);

    private static bool HasVowel(string word) => word.AsSpan().ContainsAny(Vowels);

    [GeneratedRegex(@"\b[A-Z]+\b")]
    private static partial Regex Capitals();

    [GeneratedRegex(@"\bO\.?K\b\.?(?=[\s,.!?;:]|$)")]
    private static partial Regex Okay();

    /// <summary>"option A": a capital A inside a sentence is the letter.</summary>
    [GeneratedRegex(@"(?<=[a-z] )A(?=[\s,.!?;:]|$)(?! [A-Z])")]
    private static partial Regex LetterA();

    /// <summary>A code of capitals and digits: AB12CD, MP3, B2B.</summary>
    [GeneratedRegex(@"\b(?=[A-Z]*\d)(?=\d*[A-Z])[A-Z0-9]{2,12}\b")]
    private static partial Regex Mixed();

    [GeneratedRegex(@"\b([A-Z]{2,})('?s)?\b")]
    private static partial Regex Word();
}
