namespace Tandem.Ng;

/// <summary>One m-line of a dialogue, with an end towards either side.</summary>
/// <param name="kind"><c>audio</c>, <c>video</c>, …</param>
internal sealed class NgStream(string kind)
{
    public string Kind { get; set; } = kind;

    public NgEnd[] Ends { get; } = [new(), new()];

    /// <summary>The legs pass on to each other.</summary>
    public bool IsConnected { get; set; }

    /// <summary>Packets received on both ends so far, RTCP included.</summary>
    public long PacketsHeard()
    {
        long packets = 0;
        foreach (NgEnd end in Ends)
        {
            if (end.Leg is { } leg && leg.Statistics is var counted) packets += counted.PacketsReceived + counted.RtcpReceived;
        }
        return packets;
    }

    public void Close()
    {
        foreach (NgEnd end in Ends) end.Close();
        IsConnected = false;
    }
}
