using System.ComponentModel;
using Tandem.Routing;

namespace Tandem.Http;

/// <summary>A blocked or emergency number as it is given.</summary>
public sealed record NumberFields
{
    [Description("The number, or with prefix how numbers begin; with + in E.164, without as dialled.")]
    public required string Number { get; init; }

    [Description("blocked: nobody may call it; blocked_caller: its calls are not taken; emergency.")]
    public required NumberRuleKind Kind { get; init; }

    [Description("Every number that begins so.")]
    public bool? Prefix { get; init; }

    [Description("For people: why.")]
    public string? Note { get; init; }

    /// <summary>The rule that it is. Whole numbers that can be are in E.164, so that they are found however they are dialled; emergency numbers stay as they are dialled.</summary>
    /// <exception cref="ApiException">A field is wrong.</exception>
    internal NumberRule Over(NumberRule? before, Referents known)
    {
        string clean = Fields.Prefix("number", Number);
        Fields.Check(clean.Length > 0, "number", "it is missing.", "Give a number, or the beginning of numbers with prefix.");
        bool prefix = Prefix ?? false;
        return new NumberRule(prefix || Kind == NumberRuleKind.Emergency ? clean : known.Home.ToE164(clean) ?? clean, Kind, prefix,
            Fields.Text("note", Note?.Trim() ?? before?.Note, 255) ?? "");
    }
}
