namespace Tandem.Routing;

/// <summary>One host of a carrier.</summary>
/// <param name="Uri">sip:host[:port][;transport=udp|tcp|tls].</param>
public sealed record Gateway(string Carrier, string Name, string Uri)
{
    /// <summary>The lowest is tried first.</summary>
    public int Priority { get; init; }

    /// <summary>Its share beside others; at least 1.</summary>
    public int Weight { get; init; } = 1;

    public bool Enabled { get; init; } = true;

    /// <summary>It gets no new calls; those it has go on.</summary>
    public bool Draining { get; init; }
}
