using System.Text.RegularExpressions;

namespace Tandem.Tts.Text;

/// <summary>Amounts of money: $12.50 → twelve dollars and fifty cents.</summary>
internal static partial class Money
{
    private sealed record Currency(string One, string Many, string Cent, string Cents);

    private static readonly Currency Dollar = new("dollar", "dollars", "cent", "cents");
    private static readonly Currency Euro = new("euro", "euros", "cent", "cents");
    private static readonly Currency Pound = new("pound", "pounds", "penny", "pence");
    private static readonly Currency Yen = new("yen", "yen", "sen", "sen");

    public static string Expand(string text)
    {
        text = Prefixed().Replace(text, static m => Say(m));
        text = Suffixed().Replace(text, static m => Say(m));
        return Cents().Replace(text, static m => $"{NumberWords.Of(m.Groups[1].Value)} {(NumberWords.IsOne(m.Groups[1].Value) ? "cent" : "cents")}");
    }

    private static string Say(Match m)
    {
        Currency currency = Of(m.Groups["currency"].Value);
        string whole = m.Groups["whole"].Value.Replace(",", "", StringComparison.Ordinal), fraction = m.Groups["fraction"].Value;
        string sign = m.Groups["sign"].Success ? "minus " : "";
        if (m.Groups["scale"].Success)
            return $"{sign}{NumberWords.Of(fraction.Length > 0 ? $"{whole}.{fraction}" : whole)} {Scale(m.Groups["scale"].Value)} {currency.Many}";
        if (fraction.Length == 1) fraction += "0";
        int cents = fraction.Length == 2 ? int.Parse(fraction, System.Globalization.CultureInfo.InvariantCulture) : 0;
        if (fraction.Length > 2) return $"{sign}{NumberWords.Of($"{whole}.{fraction}")} {currency.Many}";    // a price per unit: $0.035
        string small = $"{NumberWords.Cardinal(cents)} {(cents == 1 ? currency.Cent : currency.Cents)}";
        if (cents > 0 && whole.Trim('0').Length == 0) return sign + small;
        string big = $"{NumberWords.Of(whole)} {(whole == "1" ? currency.One : currency.Many)}";
        return cents > 0 ? $"{sign}{big} and {small}" : sign + big;
    }

    private static Currency Of(string sign) => sign.ToUpperInvariant() switch
    {
        "€" or "EUR" => Euro,
        "£" or "GBP" => Pound,
        "¥" or "JPY" => Yen,
        _ => Dollar,
    };

    private static string Scale(string scale) => scale.ToUpperInvariant() switch
    {
        "K" => "thousand",
        "M" => "million",
        "B" or "BN" => "billion",
        _ => scale.ToLowerInvariant(),
    };

    private const string Amount = @"(?<whole>\d{1,3}(?:,\d{3})+|\d{1,15})(?:\.(?<fraction>\d{1,6}))?(?: ?(?<scale>thousand|million|billion|trillion|bn|[kKmMbB])(?![A-Za-z]))?";

    [GeneratedRegex(@"(?:(?<![\w)])(?<sign>-) ?)?(?:US|USD ?|(?<currency>EUR) ?|(?<currency>GBP) ?|(?<currency>JPY) ?)?(?<currency>[$€£¥]|(?<=USD |EUR |GBP |JPY )) ?" + Amount)]
    private static partial Regex Prefixed();

    [GeneratedRegex(@"(?<![\d.,])(?<sign>-)?" + Amount + @" ?(?<currency>€|£|\bUSD\b|\bEUR\b|\bGBP\b|\bJPY\b)")]
    private static partial Regex Suffixed();

    [GeneratedRegex(@"(?<![\d.])(\d{1,3}) ?¢")]
    private static partial Regex Cents();
}
