namespace Tandem.Routing;

/// <summary>In which order the gateways of a carrier are tried.</summary>
public enum DispatchMethod
{
    /// <summary>Lowest priority number first; within one by weight.</summary>
    Priority,

    /// <summary>By weight, whatever the priority.</summary>
    Weight,

    /// <summary>Each in turn.</summary>
    RoundRobin,

    /// <summary>The one with the fewest calls first.</summary>
    LeastCalls,

    /// <summary>By hash of the Call-ID: one call always meets the same gateway.</summary>
    CallIdHash,
}
