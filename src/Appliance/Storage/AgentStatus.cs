namespace Tandem.Storage;

/// <summary>The values of <c>agents.status</c>.</summary>
public static class AgentStatus
{
    /// <summary>Takes calls and has none.</summary>
    public const string Available = "available";

    /// <summary>Has at least one call.</summary>
    public const string Busy = "busy";

    /// <summary>Takes no calls, by a person's choice.</summary>
    public const string Offline = "offline";
}
