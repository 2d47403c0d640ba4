namespace Tandem.Routing;

/// <summary>A number, or with <paramref name="Prefix"/> every number that begins so, that is blocked or an emergency service.</summary>
/// <param name="Number">With + compared with the number in E.164, without with the number as dialled.</param>
/// <param name="Note">For people: why.</param>
public sealed record NumberRule(string Number, NumberRuleKind Kind, bool Prefix = false, string Note = "");
