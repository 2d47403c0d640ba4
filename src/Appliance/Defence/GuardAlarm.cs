namespace Tandem.Defence;

/// <summary>The guard refused a call.</summary>
/// <param name="User">Whose.</param>
/// <param name="Called">The number, E.164.</param>
/// <param name="Rule">As in <see cref="GuardVerdict.Rule"/>.</param>
/// <param name="Refused">Calls of this user refused since the last alarm by the same rule, this one included: repeats within a minute are counted, not told.</param>
public sealed record GuardAlarm(string User, string Called, string Rule, string Reason, long Refused, DateTimeOffset At);
