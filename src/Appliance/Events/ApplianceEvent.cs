namespace Tandem.Events;

/// <summary>Something that happened, for whoever watches.</summary>
/// <param name="Kind">What, in words with dots: <c>call.started</c>, <c>gateway.state</c>.</param>
/// <param name="At">When, UTC.</param>
/// <param name="Data">Names in snake_case; values that JSON knows: texts, numbers, truths, times, lists of them. Never a secret.</param>
public sealed record ApplianceEvent(string Kind, DateTimeOffset At, IReadOnlyDictionary<string, object?> Data);
