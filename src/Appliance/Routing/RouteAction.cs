namespace Tandem.Routing;

/// <summary>What a route does with a call that it fits.</summary>
public enum RouteAction
{
    /// <summary>It goes out through the route's carriers.</summary>
    Allow,

    /// <summary>It is refused, whatever routes follow.</summary>
    Block,

    /// <summary>An emergency call: no limit, no guard and no window of other routes stands in its way.</summary>
    Emergency,
}
