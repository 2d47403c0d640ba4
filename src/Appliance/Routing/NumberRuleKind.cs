namespace Tandem.Routing;

/// <summary>What a number has a rule of its own for.</summary>
public enum NumberRuleKind
{
    /// <summary>Nobody may call it.</summary>
    Blocked,

    /// <summary>Nobody is reached by calls from it.</summary>
    BlockedCaller,

    /// <summary>An emergency service.</summary>
    Emergency,
}
