namespace Tandem.Defence;

/// <summary>What the guard says of a call to the outside.</summary>
/// <param name="Allowed">It may go out.</param>
/// <param name="Status">0, or the final response for the caller.</param>
/// <param name="Reason">Empty, or why not, as reason phrase and for the log.</param>
public sealed record GuardVerdict(bool Allowed, int Status, string Reason)
{
    /// <summary>How long the call may last from its answer; MaxValue: as long as it likes. Whoever makes the call ends it then.</summary>
    public TimeSpan Longest { get; init; } = TimeSpan.MaxValue;

    /// <summary>The rule that refused: countries, calls, calls_per_minute, minutes; empty where allowed.</summary>
    public string Rule { get; init; } = "";

    internal static GuardVerdict Allow(TimeSpan longest) => new(true, 0, "") { Longest = longest };

    internal static GuardVerdict Refuse(string rule, string reason) => new(false, 403, reason) { Rule = rule };
}
