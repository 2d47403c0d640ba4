namespace Tandem.Storage;

/// <summary>How a call ended: the final values of <c>call_logs.status</c>.</summary>
public enum CallStatus
{
    Completed,
    NoAnswer,
    Busy,
    Failed,
    Cancelled,
    Rejected,
}
