namespace Tandem.Storage;

/// <summary>One change: who made it, from where, and what it changed.</summary>
/// <param name="Who">A person, or <c>owner</c>: the command line on the host.</param>
/// <param name="Source">An address, or <c>control socket</c> or <c>command line</c>.</param>
/// <param name="Operation">Method and route.</param>
/// <param name="Target">The path of what was changed.</param>
/// <param name="Input">What was asked for, as JSON, secrets hidden.</param>
/// <param name="Before">The object as it was, as JSON; null: there was none, or it has no form of its own.</param>
/// <param name="After">The object as it then was.</param>
public sealed record AuditRecord(long Id, DateTimeOffset At, string Who, string Source, string Operation, string Target, string Input, string? Before,
    string? After);
