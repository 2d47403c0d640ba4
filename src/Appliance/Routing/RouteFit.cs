namespace Tandem.Routing;

/// <summary>Why a route does not fit a call.</summary>
internal sealed class RouteFit(Func<Route, string> why)
{
    public static readonly RouteFit Called = new(route => route.CalledPrefix.Length == 0 ? "is for emergency calls" : $"the called number does not begin with {route.CalledPrefix}");

    private static readonly RouteFit s_disabled = new(_ => "is disabled");
    private static readonly RouteFit s_caller = new(route => $"the caller does not begin with {route.CallerPrefix}");
    private static readonly RouteFit s_closed = new(route => $"it holds {route.Window}, not now");
    private static readonly RouteFit s_broken = new(route => $"its window \"{route.Window}\" cannot be read, so it never holds");

    public RouteTrace Of(Route route) => new($"route {route.Name}", false, why(route));

    /// <summary>Whether the called prefix of a route that is not for emergencies fits.</summary>
    public static bool FitsCalled(Route route, OutsideCall call) => route.Action != RouteAction.Emergency
        && (call.Dialled.StartsWith(route.CalledPrefix, StringComparison.Ordinal)
            || call.CalledE164 is { } e164 && e164.StartsWith(route.CalledPrefix, StringComparison.Ordinal));

    /// <summary>Everything but the called number.</summary>
    /// <returns>Null: it fits.</returns>
    public static RouteFit? WhyNot(Route route, OutsideCall call, RouteTable table)
    {
        if (!route.Enabled) return s_disabled;
        string? caller = route.CallerPrefix.StartsWith('+') ? call.CallerE164 : call.Query.Caller;
        if (route.CallerPrefix.Length > 0 && caller?.StartsWith(route.CallerPrefix, StringComparison.Ordinal) != true) return s_caller;
        if (route.Window is null) return null;
        if (table.WindowOf(route) is not { } window) return s_broken;
        return window.IsOpen(call.Query.At) ? null : s_closed;
    }
}
