using System.CommandLine;
using Tandem.Http;
using Tandem.Routing;

namespace Tandem.Cli;

/// <summary><c>tandem route</c>: who may call the outside, and through which carriers.</summary>
internal static class RouteCommand
{
    public static Command Create(CliSession session) => new("route", "Who may call the outside, and through which carriers.")
    {
        ObjectCommands.Set(session, "set", "Adds a route or changes it.", RouteApi.Set,
            route => $"Route {route.Name} {(route.Enabled ? "is in force" : "is disabled")}. To see what a call would meet: tandem route test --from USER --to NUMBER", "name"),
        ObjectCommands.List(session, "Lists the routes in the order in which they are looked at.", RouteApi.List,
            ["Priority", "Route", "From", "To", "Action", "Carriers", "Cost", "Enabled", "Window"], Row,
            "There are no routes, so nobody can call the outside. To add one: tandem route set spain --called-prefix +34 --carriers acme"),
        Test(session),
        ObjectCommands.Remove(session, "Removes a route.", RouteApi.Remove, key => $"Route {key.Name} removed.", "name"),
        ObjectCommands.Import(session, CsvKind.Routes, canReplace: true), ObjectCommands.Export(session, CsvKind.Routes),
    };

    private static string?[] Row(Route route) =>
    [
        $"{route.Priority}", route.Name, route.CallerPrefix.Length > 0 ? route.CallerPrefix : "all", route.CalledPrefix.Length > 0 ? route.CalledPrefix : "all", ObjectText.Word(route.Action),
        string.Join(' ', route.Carriers), route.Cost is { } cost ? ObjectText.Number(cost) : "", route.Enabled ? "yes" : "no", route.Window ?? "always",
    ];

    private static Command Test(CliSession session)
    {
        Option<string> from = new("--from") { Description = "The user who calls; with --carrier the number that calls.", Required = true };
        Option<string> to = new("--to") { Description = "The number as it is dialled, or as the carrier sends it.", Required = true };
        Option<string?> at = new("--at") { Description = "When: 2026-03-01T09:30+01:00, without offset in UTC. Without it: now." };
        Option<string?> carrier = new("--carrier") { Description = "The carrier that the call comes from; without it a user calls." };
        Option<bool> json = CliSession.JsonOption();
        var command = new Command("test", "Shows what a call would meet: every rule that is looked at and why it has a part or not. Makes no call.") { from, to, at, carrier, json };
        command.SetAction((parse, cancellation) => session.AskAsync(parse, async client =>
        {
            RouteTestApi.RouteTestResult result = await client.AskAsync(RouteTestApi.Test, new RouteTestApi.RouteTest(parse.GetRequiredValue(from), parse.GetRequiredValue(to),
                parse.GetValue(at), parse.GetValue(carrier)), cancellation).ConfigureAwait(false);
            if (parse.GetValue(json)) session.PrintJson(result);
            else Print(session, result);
        }, cancellation));
        return command;
    }

    private static void Print(CliSession session, RouteTestApi.RouteTestResult result)
    {
        session.PrintTable(["", "Rule", "Why"], result.Trace.Select(step => new[] { step.Taken ? "+" : "-", step.Rule, step.Why }), "");
        session.Say(result.Status > 0 ? $"Refused with {result.Status}: {result.Reason}." : $"{char.ToUpperInvariant(result.Outcome[0])}{result.Outcome[1..]}: {result.Reason}.");
        for (int i = 0; i < result.Legs.Count; i++)
        {
            RouteTestApi.RouteTestLeg leg = result.Legs[i];
            session.Say($"{i + 1}. carrier {leg.Carrier}: {leg.Called} from {leg.CallerId ?? "no number"}{(leg.Cost > 0 ? $", cost {ObjectText.Number(leg.Cost)}" : "")}");
        }
    }
}
