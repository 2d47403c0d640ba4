using Tandem.Calls;
using Tandem.Http.Access;

namespace Tandem.Http;

/// <summary>Calls going on, as signalling has them: list, hang up, transfer.</summary>
public static class LiveCallApi
{
    /// <param name="State"><c>ringing</c>, <c>ivr</c>, <c>transferring</c> or <c>talking</c>.</param>
    public sealed record LiveCallView(string CallId, string From, string To, DateTimeOffset StartTime, [property: Storage.Live] string State,
        [property: Storage.Live] string? AgentExtension);

    public sealed record LiveCallId(string Id);

    /// <param name="To">An extension, a user, or a number outside, as a user would dial it.</param>
    /// <param name="Party">Who goes on to it; the other one is let go.</param>
    public sealed record TransferCall(string Id, string To, Party Party = Party.Caller);

    public static readonly ApiOperation<Nothing, IReadOnlyList<LiveCallView>> List = new("GET", "/live-calls", (context, _, _) =>
        Task.FromResult<IReadOnlyList<LiveCallView>>([.. Plane(context).Live.Snapshot().OrderBy(call => call.StartedAt).ThenBy(call => call.Id).Select(View)]));

    public static readonly ApiOperation<LiveCallId, LiveCallView> Show = new("GET", "/live-calls/{id}", (context, input, _) =>
        Task.FromResult(Guid.TryParse(input.Id, out Guid id) && Plane(context).Live.Find(id) is { } call ? View(call) : throw NoCall(input.Id)));

    public static readonly ApiOperation<LiveCallId, Nothing> HangUp = new("DELETE", "/live-calls/{id}", async (context, input, _) =>
        Guid.TryParse(input.Id, out Guid id) && await Plane(context).HangUpAsync(id, $"ended by {context.Caller.Name}").ConfigureAwait(false)
            ? Nothing.Value : throw NoCall(input.Id))
    { Role = ApiRole.Operator };

    /// <summary>Connects a party to somebody else; who it talks to is let go when somebody answers there. The answer comes when that is decided.</summary>
    public static readonly ApiOperation<TransferCall, Nothing> Transfer = new("POST", "/live-calls/{id}/transfer", async (context, input, _) =>
    {
        Names.CheckNumber(input.To);
        if (!Guid.TryParse(input.Id, out Guid id)) throw NoCall(input.Id);
        TransferResult result = await Plane(context).TransferAsync(id, input.To, input.Party, context.Caller.Name).ConfigureAwait(false);
        if (result.Status == 404) throw NoCall(input.Id);
        if (result.Status != 0) throw Names.Fault(409, result.Why, "The call is as it was; try another number, or later.", result.IsTarget ? "to" : null);
        return Nothing.Value;
    })
    { Role = ApiRole.Operator, TakesTurns = false };

    private static CallPlane Plane(ApiContext context) => context.Calls ?? throw ApplianceApi.NotRunning(context);

    private static ApiException NoCall(string id) => new(404, $"There is no call {id} going on.", "To see which there are: tandem calls --active");

    private static LiveCallView View(Call call) => new(call.Id.ToString(), call.From, call.To, call.StartedAt, call.State, call.AgentExtension);
}
