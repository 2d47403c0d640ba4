namespace Load.Media;

/// <summary>One call set up on an engine: the ports that its replies named, and the two streams through them.</summary>
internal sealed class MediaCall(int number, string id)
{
    public string Id => id;

    public MediaStream ToCallee { get; } = new(number, fromCaller: true);

    public MediaStream ToCaller { get; } = new(number, fromCaller: false);

    /// <summary>The engine's RTP port towards the caller.</summary>
    public int CallerPort { get; set; }

    public int CallerReportPort { get; set; }

    /// <summary>The engine's RTP port towards the callee.</summary>
    public int CalleePort { get; set; }

    public int CalleeReportPort { get; set; }

    public int ReportPortFor(MediaStream stream) => stream.FromCaller ? CallerReportPort : CalleeReportPort;
}
