namespace Tandem.Storage;

/// <summary>The words of <c>call_logs.status</c>.</summary>
public static class CallStatusText
{
    /// <summary>The call is still going on.</summary>
    public const string Active = "active";

    public static string ToText(this CallStatus status) => status switch
    {
        CallStatus.Completed => "completed",
        CallStatus.NoAnswer => "no-answer",
        CallStatus.Busy => "busy",
        CallStatus.Cancelled => "cancelled",
        CallStatus.Rejected => "rejected",
        _ => "failed",
    };
}
