using System.Globalization;
using Tandem.Routing;
using Tandem.Storage;

namespace Tandem.Http;

/// <summary>Asks the routes what a call would meet, without making one.</summary>
public static class RouteTestApi
{
    /// <param name="From">A user; with <paramref name="Carrier"/> the number that calls.</param>
    /// <param name="To">The number as it is dialled, or as the carrier sends it.</param>
    /// <param name="At">A time such as 2026-03-01T09:30+01:00, without offset in UTC; null: now.</param>
    /// <param name="Carrier">The carrier that the call comes from; null: it comes from a user.</param>
    public sealed record RouteTest(string From, string To, string? At = null, string? Carrier = null);

    public sealed record RouteTestLeg(string Carrier, string Called, string? CallerId, string Route, decimal Cost);

    /// <param name="Outcome"><c>extension</c>, <c>did</c>, <c>allow</c>, <c>emergency</c> or <c>refused</c>.</param>
    /// <param name="Status">The SIP status of a refusal; 0: the call goes through.</param>
    /// <param name="Called">In E.164 where the number has that form.</param>
    /// <param name="CallerId">In E.164; null: none to show.</param>
    /// <param name="Reason">The decision in words.</param>
    /// <param name="Legs">Carriers in the order in which they are tried.</param>
    /// <param name="Trace">Every rule that was looked at, and why it had a part or not.</param>
    public sealed record RouteTestResult(string Outcome, int Status, string Called, string? CallerId, string Reason, DateTimeOffset At,
        IReadOnlyList<RouteTestLeg> Legs, IReadOnlyList<RouteTrace> Trace);

    public static readonly ApiOperation<RouteTest, RouteTestResult> Test = new("GET", "/route-test", async (context, input, cancellation) =>
    {
        DateTimeOffset at = context.Clock.GetUtcNow();
        if (input.At is { } text)
            Fields.Check(DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out at), "at", $"'{text}' is not a time.",
                "Write it as 2026-03-01T09:30+01:00.");
        DirectorySnapshot directory = await context.Database.ReadAsync(DirectoryReader.Read, cancellation).ConfigureAwait(false);
        var engine = new RouteEngine(context.Home);
        return input.Carrier is null ? FromUser(engine, directory, input, at) : FromCarrier(engine, directory, input, at);
    });

    private static RouteTestResult FromUser(RouteEngine engine, DirectorySnapshot directory, RouteTest input, DateTimeOffset at)
    {
        bool known = directory.FindUser(input.From) is not null;
        RouteTrace who = new($"caller {input.From}", known, known ? "is a user" : "is no user: a stranger");
        if (directory.FindExtension(input.To) is { } extension)
        {
            string rings = $"rings {DbWord.Of(extension.Kind)} {extension.Target}";
            return new RouteTestResult("extension", 0, input.To, null, $"extension {input.To} {rings}; routes are not asked", at, [],
                [who, new RouteTrace($"extension {input.To}", true, rings)]);
        }
        return Result(engine.Decide(new RouteQuery(known ? input.From : null, input.From, input.To, null, at), directory, explain: true), at,
            [who, new RouteTrace($"extension {input.To}", false, "there is none")]);
    }

    private static RouteTestResult FromCarrier(RouteEngine engine, DirectorySnapshot directory, RouteTest input, DateTimeOffset at)
    {
        var query = new RouteQuery(null, input.From, input.To, input.Carrier, at);
        ArrivalDecision arrival = engine.Arrive(query, directory, explain: true);
        if (arrival.Did is not { ForwardTo: { } next } did || directory.FindExtension(next) is not null)
            return new RouteTestResult(arrival.Did is null ? "refused" : "did", arrival.Status, arrival.CalledE164, arrival.CallerE164, arrival.Reason, at, [], arrival.Trace);
        RouteTestResult onward = Result(engine.Decide(query with { Called = next, ForwardedBy = did.Number }, directory, explain: true), at,
            [.. arrival.Trace, new RouteTrace($"forwarding to {next}", true, did.ForwardAlways ? "every call" : "calls that fail")]);
        return did.ForwardAlways ? onward : onward with { Outcome = "did", Status = 0, Called = arrival.CalledE164, Reason = $"{arrival.Reason}; then: {onward.Reason}" };
    }

    private static RouteTestResult Result(RouteDecision decision, DateTimeOffset at, IEnumerable<RouteTrace> before) =>
        new(decision.Status > 0 ? "refused" : DbWord.Of(decision.Action), decision.Status, decision.CalledE164, decision.CallerE164, decision.Reason, at,
            [.. decision.Legs.Select(leg => new RouteTestLeg(leg.Carrier.Name, leg.Called, leg.CallerId, leg.Route, leg.Cost))], [.. before, .. decision.Trace]);
}
