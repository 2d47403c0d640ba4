using Tandem.Ivr;

namespace Tandem.Calls;

/// <summary>Connects an answered caller to somebody else: ringback, ring, talk; or says why not.</summary>
internal sealed class Transfer(CallServices services, Call call)
{
    private readonly Reach _reach = new(services, call);

    /// <summary>Rings an extension, a user, a number outside or a SIP URI, as an operator wrote it, and talks until either side ends the call.</summary>
    /// <returns>Null when it was answered (the call is over now), else the words that tell the caller why not.</returns>
    public async Task<string?> ToNumberAsync(string number) =>
        Words(await (DialPlan.IsUri(number) ? _reach.UriAsync(number) : _reach.NumberAsync(number, new Authority(null, call.To))));

    /// <summary>Rings free agents of a comma-separated list (all when empty or <c>*</c>), one after the other, the least busy first.</summary>
    /// <inheritdoc cref="ToNumberAsync" path="/returns"/>
    public async Task<string?> ToAgentAsync(string list) => Words(await _reach.AgentsAsync(list));

    /// <summary>What an answered caller is told; null: nothing, as the call is over.</summary>
    public static string? Words(DialResult? result) => result is not { } failed ? null : failed.Words ?? failed.Failure switch
    {
        DialFailure.Busy => Announcements.Busy,
        DialFailure.NoAnswer => Announcements.NoAnswer,
        _ => Announcements.Unavailable,
    };
}
