using System.Globalization;
using Tandem.Storage;

namespace Tandem.Routing;

/// <summary>Decides where calls to the outside go, and what calls from it ring.</summary>
/// <remarks>Pure: everything comes from the question and the directory, so that <c>tandem route test</c> shows what a call would meet. Any thread.</remarks>
public sealed class RouteEngine(NumberPlan home)
{
    private const int MostShown = 200;    // routes to other numbers in a trace

    /// <summary>How people here dial.</summary>
    public NumberPlan Home => home;

    /// <summary>Whether and through which carriers a call goes out.</summary>
    /// <param name="explain">Write down every rule that was looked at; else the trace is empty.</param>
    public RouteDecision Decide(RouteQuery query, DirectorySnapshot directory, bool explain = false)
    {
        RoutingDirectory routing = directory.Routing;
        var call = OutsideCall.Of(query, directory, home);
        List<RouteTrace>? trace = explain ? [] : null;
        trace?.Add(new RouteTrace($"number {query.Called}", true,
            home.Explain(query.Called, call.CalledE164) + (call.CalledE164 is null ? "; only called prefixes without + can fit" : "")));

        if (query.Caller is null && query.ForwardedBy is null)
            return Refuse(call, trace, 403, "the caller is none of ours: strangers may not call the outside");
        if (query.Caller is { } user && routing.FindCarrierOfUser(user) is { } account)
            return Refuse(call, trace, 403, $"{user} is the account of carrier {account.Name}: carriers may not call the outside");
        if (EmergencyRule(routing, call) is { } emergency) return DecideEmergency(call, routing, emergency, trace);
        if (routing.Numbers.Find(NumberRuleKind.Blocked, call.Dialled, call.CalledE164) is { } blocked)
        {
            trace?.Add(new RouteTrace($"blocked {Shown(blocked)}", true, $"nobody may call it{(blocked.Note.Length > 0 ? $": {blocked.Note}" : "")}"));
            return Refuse(call, trace, 403, $"{call.Called} is blocked");
        }
        trace?.Add(new RouteTrace("blocked and emergency numbers", false, "the number is none of them"));
        return Choose(call, routing, trace);
    }

    /// <summary>What a call from <see cref="RouteQuery.InboundCarrier"/> rings.</summary>
    /// <inheritdoc cref="Decide" path="/param"/>
    public ArrivalDecision Arrive(RouteQuery query, DirectorySnapshot directory, bool explain = false)
    {
        RoutingDirectory routing = directory.Routing;
        List<RouteTrace>? trace = explain ? [] : null;
        Carrier? carrier = query.InboundCarrier is { } name ? routing.FindCarrier(name) : null;
        NumberPlan plan = carrier is null ? home : NumberPlan.Of(carrier, home);
        string received = NumberPlan.Clean(query.Called), caller = NumberPlan.Clean(query.CallerNumber);
        string? called = plan.ToE164(received), callerE164 = plan.ToE164(caller);
        trace?.Add(new RouteTrace($"number {query.Called}", true, plan.Explain(received, called)));

        ArrivalDecision Refused(int status, string reason) => new(null, called ?? received, callerE164, status, trace ?? [], reason);

        if (carrier is null or { Enabled: false })
        {
            string why = carrier is null ? "there is no such carrier" : "it is disabled";
            trace?.Add(new RouteTrace($"carrier {query.InboundCarrier}", false, why));
            return Refused(403, $"carrier {query.InboundCarrier}: {why}");
        }
        if (caller.Length > 0 && routing.Numbers.Find(NumberRuleKind.BlockedCaller, caller, callerE164) is { } blocked)
        {
            trace?.Add(new RouteTrace($"blocked caller {Shown(blocked)}", true, $"calls from it are not taken{(blocked.Note.Length > 0 ? $": {blocked.Note}" : "")}"));
            return Refused(403, $"calls from {callerE164 ?? caller} are blocked");
        }
        if (routing.Dids.Find(received, called, carrier.Name) is not { } did)
        {
            trace?.Add(new RouteTrace("numbers of ours", false, $"none of the {routing.Dids.Count.ToString(CultureInfo.InvariantCulture)} fits"));
            return Refused(404, $"{called ?? received} is no number of ours");
        }
        string what = did is { ForwardAlways: true, ForwardTo: { } to } ? $"forwards every call to {to}"
            : $"rings {DbWord.Of(did.Kind)} {did.Target}{(did.ForwardTo is { } later ? $", calls that fail go to {later}" : "")}";
        trace?.Add(new RouteTrace($"did {did.Number}{(did.Prefix ? "…" : "")}{(did.Carrier is null ? "" : $" of {did.Carrier}")}", true, what));
        return new ArrivalDecision(did, called ?? received, callerE164, 0, trace ?? [], $"{called ?? received} {what}");
    }

    /// <summary>What makes a number an emergency: its rule, or a route for it alone. Calls from the outside are never passed on as one.</summary>
    private static string? EmergencyRule(RoutingDirectory routing, OutsideCall call)
    {
        if (call.Query.InboundCarrier is not null || call.Query.Caller is null) return null;
        if (routing.Numbers.Find(NumberRuleKind.Emergency, call.Dialled, call.CalledE164) is { } rule) return $"emergency {Shown(rule)}";
        foreach (Route route in routing.Routes.Emergency)
            if (route.CalledPrefix == call.Dialled) return $"route {route.Name}";
        return null;
    }

    /// <summary>Routes for emergencies first; then, so that the call is not lost for want of a route, every other carrier in service.</summary>
    private static RouteDecision DecideEmergency(OutsideCall call, RoutingDirectory routing, string rule, List<RouteTrace>? trace)
    {
        trace?.Add(new RouteTrace(rule, true, "an emergency number: it goes out as dialled, whatever other routes say"));
        var legs = new LegList(call, routing, asDialled: true, trace);
        foreach (Route route in routing.Routes.Emergency)
        {
            if (route.CalledPrefix.Length > 0 && route.CalledPrefix != call.Dialled) trace?.Add(RouteFit.Called.Of(route));
            else if (RouteFit.WhyNot(route, call, routing.Routes) is { } miss) trace?.Add(miss.Of(route));
            else legs.Add(route);
        }
        legs.AddRest();
        return legs.Legs.Count > 0
            ? call.Goes(RouteAction.Emergency, legs.Legs, trace, $"{call.Dialled} is an emergency number")
            : Refuse(call, trace, 503, $"{call.Dialled} is an emergency number, but no carrier is in service");
    }

    private static RouteDecision Choose(OutsideCall call, RoutingDirectory routing, List<RouteTrace>? trace)
    {
        RouteTable table = routing.Routes;
        var legs = new LegList(call, routing, asDialled: false, trace);
        Route? stop = null;
        bool fits = false;
        int elsewhere = 0;
        foreach (Route route in trace is null ? table.ByCalled(call.Dialled, call.CalledE164) : table.Ordered)
        {
            if (trace is not null && !RouteFit.FitsCalled(route, call))
            {
                if (++elsewhere <= MostShown) trace.Add(RouteFit.Called.Of(route));
            }
            else if (RouteFit.WhyNot(route, call, table) is { } miss) trace?.Add(miss.Of(route));
            else if (stop is not null) trace?.Add(new RouteTrace($"route {route.Name}", false, $"not reached: route {stop.Name} ends the search"));
            else if (route.Action == RouteAction.Block)
            {
                stop = route;
                trace?.Add(new RouteTrace($"route {route.Name}", true, fits ? "blocks: routes above it keep the call, no other is asked" : "blocks the call"));
                if (trace is null) break;
            }
            else
            {
                fits = true;
                legs.Add(route);
            }
        }
        if (elsewhere > MostShown)
            trace?.Add(new RouteTrace($"{(elsewhere - MostShown).ToString(CultureInfo.InvariantCulture)} more routes", false, "the called number does not begin with their prefixes"));
        if (legs.Legs.Count > 0) return call.Goes(RouteAction.Allow, legs.Legs, trace, $"route {legs.Legs[0].Route}");
        if (fits) return Refuse(call, trace, 503, $"no carrier of the routes for {call.Called} is in service");
        return stop is not null ? Refuse(call, trace, 403, $"route {stop.Name} blocks {call.Called}")
            : Refuse(call, trace, 404, $"no route allows {call.Who} to call {call.Called}");
    }

    private static RouteDecision Refuse(OutsideCall call, List<RouteTrace>? trace, int status, string reason)
    {
        trace?.Add(new RouteTrace("decision", true, $"refused with {status.ToString(CultureInfo.InvariantCulture)}: {reason}"));
        return new RouteDecision(RouteAction.Block, call.Called, [], trace ?? [], reason, status) { CallerE164 = call.ShownE164 };
    }

    private static string Shown(NumberRule rule) => rule.Prefix ? $"{rule.Number}…" : rule.Number;
}
