namespace Tandem.Calls;

/// <summary>Why nobody was reached. The order is the order of interest: the best one of several forks is reported.</summary>
internal enum DialFailure
{
    /// <summary>No route, no registered contact, no free port, or the far end refused or failed.</summary>
    Failed,

    /// <summary>Rang until the ring time was over (or 408, 480).</summary>
    NoAnswer,

    /// <summary>Busy here or everywhere (486, 600), or declined (603).</summary>
    Busy,
}
