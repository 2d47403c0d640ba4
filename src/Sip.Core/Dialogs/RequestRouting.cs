namespace Sip.Core.Dialogs;

/// <summary>Where a request inside a dialog goes (RFC 3261 §12.2.1.1).</summary>
/// <param name="RequestUri">The Request-URI to write.</param>
/// <param name="Routes">Values of Route, in order.</param>
/// <param name="NextHop">The URI whose host gets the request.</param>
public readonly record struct RequestRouting(
    ReadOnlyMemory<byte> RequestUri, IReadOnlyList<ReadOnlyMemory<byte>> Routes, ReadOnlyMemory<byte> NextHop)
{
    /// <summary>Loose routing keeps the target in the Request-URI; a strict router in front takes that place itself.</summary>
    public static RequestRouting Of(ReadOnlyMemory<byte> target, IReadOnlyList<RouteEntry> routeSet)
    {
        if (routeSet.Count == 0) return new RequestRouting(target, [], target);
        var routes = new List<ReadOnlyMemory<byte>>(routeSet.Count);
        RouteEntry first = routeSet[0];
        if (first.IsLoose)
        {
            foreach (RouteEntry entry in routeSet) routes.Add(entry.Value);
            return new RequestRouting(target, routes, first.Uri);
        }
        for (int i = 1; i < routeSet.Count; i++) routes.Add(routeSet[i].Value);
        routes.Add((byte[])[(byte)'<', .. target.Span, (byte)'>']);
        return new RequestRouting(first.Uri, routes, first.Uri);
    }
}
