namespace Tandem.Configuration;

/// <summary>Section <c>[numbers]</c>: how people here dial the outside.</summary>
public sealed record NumberOptions
{
    [Setting("country_code", "Country code of this place, digits only: 34, 49, 1. Without it only numbers with + or international_prefix are known as numbers of the world.",
        IsDigits = true, Example = "\"34\"")]
    public string CountryCode { get; init; } = "";

    [Setting("national_prefix", "What people dial before a number of another town; empty where they dial nothing (Spain, Italy, Denmark).", IsDigits = true)]
    public string NationalPrefix { get; init; } = "0";

    [Setting("international_prefix", "What people dial before a country code.", IsDigits = true)]
    public string InternationalPrefix { get; init; } = "00";
}
