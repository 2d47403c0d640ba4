using System.Buffers;
using Tandem.Configuration;

namespace Tandem.Routing;

/// <summary>How numbers are written in one place, and what they are in E.164: <c>0911234567</c> and <c>00 34 911…</c> ↔ <c>+34911…</c>.</summary>
/// <param name="CountryCode">Digits; empty: not known, national numbers have no E.164 form then.</param>
/// <param name="NationalPrefix">Before a national number; empty: nothing is dialled before it.</param>
/// <param name="InternationalPrefix">Before a country code; empty: only + leads abroad.</param>
/// <param name="IsBare">Numbers are written with their country code and nothing before it: 34911….</param>
public sealed record NumberPlan(string CountryCode, string NationalPrefix, string InternationalPrefix, bool IsBare = false)
{
    private const int Shortest = 5, Longest = 15;    // E.164 §6: at most 15 digits; the shortest in use, with country code
    private const int ShortestNational = 5;
    private const int ShortestWithoutPrefix = 7;     // shorter ones are extensions and services
    private const int NorthAmerican = 10;            // the only national length of country code 1

    private static readonly SearchValues<char> s_separators = SearchValues.Create(" -.()/");

    public static NumberPlan Of(NumberOptions options) => new(options.CountryCode, options.NationalPrefix, options.InternationalPrefix);

    /// <summary>How a carrier writes numbers: in its own country's way, or where it names none in that of this host.</summary>
    public static NumberPlan Of(Carrier carrier, NumberPlan home) =>
        (carrier.CountryCode.Length == 0 ? home : new NumberPlan(carrier.CountryCode, carrier.NationalPrefix, carrier.InternationalPrefix)) with
        {
            IsBare = carrier.Format == NumberFormat.E164,
        };

    /// <summary>The number without what only people need (RFC 3966 §5.1.1's separators) and without parameters.</summary>
    public static string Clean(string number)
    {
        int end = number.IndexOf(';', StringComparison.Ordinal);
        if (end >= 0) number = number[..end];
        return number.AsSpan().IndexOfAny(s_separators) < 0 ? number : string.Concat(number.Where(letter => !s_separators.Contains(letter)));
    }

    /// <returns>The number with + and country code; null: it has no such form (a short number, a name, a local number).</returns>
    public string? ToE164(string number)
    {
        string clean = Clean(number);
        ReadOnlySpan<char> digits = clean;
        if (digits.StartsWith('+')) return Plus("", digits[1..]);
        if (digits.IsEmpty || digits.ContainsAnyExceptInRange('0', '9')) return null;
        if (InternationalPrefix.Length > 0 && digits.StartsWith(InternationalPrefix)) return Plus("", digits[InternationalPrefix.Length..]);
        if (IsBare && digits.Length >= ShortestWithoutPrefix && digits[0] != '0') return Plus("", digits);
        if (CountryCode.Length == 0) return null;
        bool prefixed = NationalPrefix.Length > 0 && digits.StartsWith(NationalPrefix);
        if (CountryCode == "1")
        {
            if (prefixed) digits = digits[NationalPrefix.Length..];
            return digits.Length == NorthAmerican ? Plus(CountryCode, digits) : null;
        }
        if (prefixed) return digits.Length - NationalPrefix.Length < ShortestNational ? null : Plus(CountryCode, digits[NationalPrefix.Length..]);
        return NationalPrefix.Length == 0 && digits.Length >= ShortestWithoutPrefix ? Plus(CountryCode, digits) : null;
    }

    /// <summary>What people should know of a number: its form in E.164, or that it has none, and why where a setting is missing.</summary>
    /// <param name="number">As dialled or received.</param>
    /// <param name="e164">What <see cref="ToE164"/> makes of it.</param>
    public string Explain(string number, string? e164)
    {
        if (e164 is not null) return $"is {e164} in E.164";
        string clean = Clean(number);
        bool isUnknown = CountryCode.Length == 0 && clean.Length >= ShortestWithoutPrefix && !clean.AsSpan().ContainsAnyExceptInRange('0', '9');
        return isUnknown ? "has no form in E.164, as numbers.country_code is not set" : "has no form in E.164";
    }

    /// <summary>A number in the form that the carrier of this plan wants.</summary>
    /// <param name="e164">With +; null: the number has no such form and goes as dialled.</param>
    public string Write(string? e164, string dialled, NumberFormat format) => (e164, format) switch
    {
        (null, _) or (_, NumberFormat.AsDialled) => dialled,
        (_, NumberFormat.E164) => e164[1..],
        (_, NumberFormat.National) when CountryCode.Length > 0 && e164.AsSpan(1).StartsWith(CountryCode) => NationalPrefix + e164[(1 + CountryCode.Length)..],
        (_, NumberFormat.National) when InternationalPrefix.Length > 0 => InternationalPrefix + e164[1..],
        _ => e164,
    };

    private static string? Plus(string countryCode, ReadOnlySpan<char> digits)
    {
        int length = countryCode.Length + digits.Length;
        bool valid = length is >= Shortest and <= Longest && !digits.ContainsAnyExceptInRange('0', '9') && (countryCode.Length > 0 || digits[0] != '0');
        return valid ? $"+{countryCode}{digits}" : null;
    }
}
