namespace Load.Media;

/// <summary>One call set up on an engine: the ports that its replies named, and the two streams through them.</summary>
/// <param name="number">Of the call among all of a run, from 0.</param>
/// <param name="id">Its Call-ID.</param>
/// <param name="kind">What it is for.</param>
internal sealed class MediaCall(int number, string id, MediaKind kind)
{
    public string Id => id;

    public MediaStream ToCallee { get; } = new(number, fromCaller: true, kind);

    public MediaStream ToCaller { get; } = new(number, fromCaller: false, kind);

    /// <summary>The engine's RTP port towards the caller.</summary>
    public int CallerPort { get; set; }

    public int CallerReportPort { get; set; }

    /// <summary>The engine's RTP port towards the callee.</summary>
    public int CalleePort { get; set; }

    public int CalleeReportPort { get; set; }

    public int ReportPortFor(MediaStream stream) => stream.FromCaller ? CallerReportPort : CalleeReportPort;
}
