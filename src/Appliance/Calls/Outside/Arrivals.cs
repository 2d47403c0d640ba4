using Tandem.Routing;
using Tandem.Storage;

namespace Tandem.Calls.Outside;

/// <summary>
/// Calls from carriers: they reach the numbers of ours that were given to the outside (DID), and through those what their owners say; never an
/// extension by its name, and never the outside but by a forwarding of ours.
/// </summary>
internal sealed class Arrivals(CallServices services, Call call, Reach reach)
{
    /// <inheritdoc cref="Reach.NumberAsync"/>
    public async Task<DialResult?> RunAsync(Carrier carrier)
    {
        var query = new RouteQuery(null, call.From, call.To, carrier.Name, DateTimeOffset.UtcNow);
        ArrivalDecision arrival = services.Outside.Routes.Arrive(query, services.Directory);
        if (arrival.Did is not { } did)
        {
            return DialResult.NotAnswered(arrival.Status) with
            {
                CallerStatus = arrival.Status,
                Phrase = arrival.Status == 404 ? "No such number" : null,
                Why = $"{arrival.Status} {arrival.Reason}",
            };
        }
        var authority = new Authority(null, did.Number);
        if (did is { ForwardAlways: true, ForwardTo: { } always })
            return await reach.ForwardAsync(new Diversion(did.Number, DiversionReason.Unconditional), always, authority);
        string number = did.Kind == ExtensionKind.Group ? did.Number : did.Target;
        DialResult? result = await reach.ExtensionAsync(new Extension(number, did.Kind, did.Target));
        if (result is not { } failed || did.ForwardTo is not { } otherwise || failed.Status == 482) return result;
        DiversionReason reason = failed.Failure == DialFailure.Busy ? DiversionReason.UserBusy : DiversionReason.NoAnswer;
        return await reach.ForwardAsync(new Diversion(did.Number, reason), otherwise, authority);
    }
}
