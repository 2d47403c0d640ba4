namespace Tandem.Routing;

/// <summary>How a ring group rings.</summary>
public enum RingMethod
{
    /// <summary>All members at once.</summary>
    Simultaneous,

    /// <summary>One after the other, in the order of the list.</summary>
    Sequential,
}
