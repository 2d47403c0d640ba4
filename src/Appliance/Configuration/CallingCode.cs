namespace Tandem.Configuration;

/// <summary>The beginning of international numbers, as digits without a plus sign: a country's code or a longer prefix; or <c>*</c>, every number.</summary>
public sealed record CallingCode(string Digits)
{
    private const int LongestNumber = 15;    // E.164 §6.2

    /// <summary>Reads <c>34</c>, <c>+34</c> or <c>*</c>.</summary>
    public static bool TryParse(string text, out CallingCode code)
    {
        string digits = text.Trim();
        if (digits.StartsWith('+')) digits = digits[1..];
        code = new CallingCode(digits == "*" ? "" : digits);
        return digits == "*" || (digits.Length is > 0 and <= LongestNumber && digits.All(char.IsAsciiDigit));
    }

    public override string ToString() => Digits.Length == 0 ? "*" : Digits;
}
