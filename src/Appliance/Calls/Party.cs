namespace Tandem.Calls;

/// <summary>The two ends of a call.</summary>
public enum Party
{
    /// <summary>Who called us.</summary>
    Caller,

    /// <summary>Who answered.</summary>
    Callee,
}
