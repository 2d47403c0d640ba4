using Microsoft.Extensions.Logging;
using Tandem.Defence;
using Tandem.Net;
using Tandem.Routing;
using Tandem.Signalling;
using Tandem.Trunks;

namespace Tandem.Calls.Outside;

/// <summary>
/// A number outside that is being called: through the carriers of its route and their gateways, one after the other, until one takes the call or
/// says something about the called number. Of what fails before, the caller hears nothing. Shard thread only.
/// </summary>
internal sealed partial class OutsideBranch(CallServices services, Call call, RouteDecision decision, Authority authority) : IBranch
{
    private readonly TaskCompletionSource _givenUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CallLeg? _leg;
    private int _redirections;

    private OutsidePlane Outside => services.Outside;

    private bool IsEmergency => decision.Action == RouteAction.Emergency;

    /// <inheritdoc/>
    public async Task<DialResult> RingAsync()
    {
        if (IsEmergency) return await TryCarriersAsync();
        string account = authority.User ?? $"number {authority.Number}";
        DateTimeOffset now = DateTimeOffset.UtcNow;
        GuardVerdict verdict = Outside.Guard.Judge(account, decision.CalledE164, now);
        if (!verdict.Allowed)
        {
            LogGuarded(services.Logger, call.Id, account, decision.CalledE164, verdict.Reason);
            return DialResult.NotAnswered(verdict.Status) with { CallerStatus = verdict.Status, Phrase = verdict.Reason, Why = $"{verdict.Status} {verdict.Reason}" };
        }
        GuardedCall guarded = Outside.Guard.Started(account, now);
        DialResult result = default;
        try
        {
            result = await TryCarriersAsync();
            if (result.Leg is null) return result;
            Outside.Guard.Answered(guarded, DateTimeOffset.UtcNow);
            call.LimitLength(verdict.Longest);
            return result;
        }
        finally
        {
            EndWith(result.Leg, () => Outside.Guard.Ended(guarded, DateTimeOffset.UtcNow));
        }
    }

    /// <inheritdoc/>
    public void GiveUp(string? reason)
    {
        _givenUp.TrySetResult();
        _leg?.Session.Cancel(reason);
    }

    private async Task<DialResult> TryCarriersAsync()
    {
        DialResult outcome = DialResult.NotAnswered(503) with { CallerStatus = 503, Cause = Q850.NoCircuit, Why = "no gateway of the carriers takes calls" };
        foreach (RouteLeg way in decision.Legs)
        {
            CarrierRoom room = Outside.Limits.TryStart(way.Carrier, services.Shard.Now);
            if (room != CarrierRoom.Free && !IsEmergency)
            {
                LogFull(services.Logger, call.Id, way.Carrier.Name, room);
                outcome = outcome with { Why = $"carrier {way.Carrier.Name} is at its limit" };
                continue;
            }
            DialResult result = default;
            try
            {
                bool more;
                (result, more) = await TryGatewaysAsync(way, outcome);
                if (!more) return result;
                outcome = result;
            }
            finally
            {
                if (room == CarrierRoom.Free) EndWith(result.Leg, () => Outside.Limits.Ended(way.Carrier.Name));
            }
        }
        return outcome;
    }

    /// <returns>What came of it, and whether another carrier may do better.</returns>
    private async Task<(DialResult Result, bool More)> TryGatewaysAsync(RouteLeg way, DialResult outcome)
    {
        foreach (GatewayChoice choice in Outside.Gateways.Order(way.Carrier.Name, call.Caller.Session.CallId, services.Shard.Now))
        {
            Outside.Gateways.Started(choice);
            DialResult result = default;
            try
            {
                bool more;
                (result, more) = await TryAsync(way, choice, Redirection.GatewayTarget(choice.Gateway, way.Called));
                if (!more) return (result, false);
                outcome = result;
            }
            finally
            {
                EndWith(result.Leg, () => Outside.Gateways.Ended(choice));
            }
        }
        return (outcome, true);
    }

    /// <summary>Tries the hosts of a target, one after the other, as long as they do not work at all.</summary>
    /// <returns>What came of it, and whether another gateway may do better.</returns>
    private async Task<(DialResult Result, bool More)> TryAsync(RouteLeg way, GatewayChoice choice, string target)
    {
        Task<HopAnswer> search = services.UserAgent.HopsToAsync(target);
        await Task.WhenAny(search, _givenUp.Task);
        if (_givenUp.Task.IsCompleted) return (DialResult.NotAnswered(487), false);
        HopAnswer found = await search;
        if (target == Redirection.GatewayTarget(choice.Gateway, way.Called)) Outside.Trunks.Learned(choice.Gateway, found);
        IReadOnlyList<Hop> hops = Outside.Hosts.Order(found.Hops, services.Shard.Now);
        (DialResult Result, bool More)? outcome = null;
        for (int i = 0; i < hops.Count; i++)
        {
            if (services.UserAgent.Open(hops[i]) is not { } flow) continue;
            (DialResult result, bool more, bool nextHost) = await TryAsync(way, choice, target, hops[i], flow, isLast: i == hops.Count - 1);
            outcome = (result, more);
            if (!nextHost) break;
        }
        if (outcome is { } known) return known;
        Outside.Gateways.Unreachable(choice, services.Shard.Now);
        return (Failed(choice, 503, 0, "it cannot be reached"), true);
    }

    private async Task<(DialResult Result, bool More, bool NextHost)> TryAsync(
        RouteLeg way, GatewayChoice choice, string target, Hop hop, SipFlow flow, bool isLast)
    {
        TimeSpan began = services.Shard.Now;
        if (Call(way, choice, target, hop, flow) is not { } leg)
            return (DialResult.NotAnswered(503) with { CallerStatus = 503, Cause = Q850.TemporaryFailure, Why = "no free media port" }, false, false);
        _leg = leg;
        (InviteResult result, TimeSpan? heardAfter) = await ResultAsync(leg, began);
        bool nextHost = Failover.NextHostHelps(result.Outcome, result.Status, result.Q850Cause, heard: heardAfter is not null);
        if (nextHost) Outside.Hosts.Failed(hop, result.RetryAfter ?? TimeSpan.FromSeconds(way.Carrier.ProbeSeconds), services.Shard.Now);
        else if (result.Outcome != InviteOutcome.Cancelled) Outside.Hosts.Worked(hop);
        if (!nextHost || isLast) Tell(choice, result, heardAfter ?? services.Shard.Now - began);
        if (result.IsAccepted && leg.OnAnswered(result.Sdp)) return (DialResult.Answered(leg), false, false);
        call.Ear.Over(leg);
        if (_givenUp.Task.IsCompleted) return (DialResult.NotAnswered(487), false, false);
        if (result.IsAccepted) return (Failed(choice, 488, 0, "its answer cannot be used"), false, false);
        if (result.Contacts.Count > 0)
        {
            (DialResult followed, bool others) = await FollowAsync(way, choice, result);
            return (followed, others, false);
        }
        bool more = Failover.Helps(result.Outcome, result.Status, result.Q850Cause, rang: heardAfter is not null);
        return (Failed(choice, result.Status, result.Q850Cause, $"{leg.GivenUp?.Why ?? result.Reason} ({flow})"), more, nextHost);
    }

    /// <summary>Waits for the end of an INVITE. A gateway that says nothing at all is not waited for as long as the INVITE is repeated.</summary>
    /// <returns>The result, and how long it took until the called phone rang or sent something; null: it did not.</returns>
    private async Task<(InviteResult Result, TimeSpan? HeardAfter)> ResultAsync(CallLeg leg, TimeSpan began)
    {
        TimeSpan? heardAfter = null;
        leg.FollowProgress(call.Ear);
        Action<int, ReadOnlyMemory<byte>>? follow = leg.Session.OnProgress;
        leg.Session.OnProgress = (status, sdp) =>
        {
            heardAfter ??= services.Shard.Now - began;
            follow?.Invoke(status, sdp);
        };
        using var answered = new CancellationTokenSource();
        Task silence = services.Shard.Delay(services.Options.GatewayTime, answered.Token);
        await Task.WhenAny(silence, leg.Session.Result);
        if (!leg.Session.HasResponse) leg.GiveUp(408, "no response");
        answered.Cancel();
        InviteResult result = await leg.Session.Result;
        return (leg.GivenUp is null ? result : result with { Outcome = InviteOutcome.TimedOut, Status = 408 }, heardAfter);
    }

    private async Task<(DialResult Result, bool More)> FollowAsync(RouteLeg way, GatewayChoice choice, InviteResult redirect)
    {
        DialResult outcome = Failed(choice, redirect.Status, redirect.Q850Cause, "its redirection leads elsewhere");
        foreach (string contact in redirect.Contacts)
        {
            if (Redirection.Target(contact, way.Carrier, services.Directory.Routing.GatewaysOf(way.Carrier.Name)) is not { } target)
            {
                LogNotFollowed(services.Logger, call.Id, choice, contact);
                continue;
            }
            if (++_redirections > Redirection.Most) return (Failed(choice, 482, 0, "too many redirections"), true);
            (outcome, bool more) = await TryAsync(way, choice, target);
            if (!more) return (outcome, false);
        }
        return (outcome, true);
    }

    private CallLeg? Call(RouteLeg way, GatewayChoice choice, string target, Hop hop, SipFlow flow)
    {
        MediaAddress address = MediaAddress.For(services, flow, offer: null);
        LegVoice voice = LegVoice.For(services.MediaOptions, way.Carrier.Codecs, way.Carrier.Srtp);
        if (LegMedia.Open(services, call.Id.ToString(), address, call.Caller.Media.Leg.LoopIndex, voice, LegTransport.Rtp) is not { } media) return null;
        media.Favour(call.Caller.Media);
        OutgoingIdentity identity = OutgoingIdentity.For(way.Carrier, way.CallerId, call.Identity, call.Diversions, services.UserAgent.Port.Advertised(flow).Host);
        InviteSession session = services.UserAgent.Invite(new OutgoingInvite
        {
            Target = target,
            Flow = flow,
            StaysOnFlow = false,
            TransportIsFixed = hop.Fixed,
            MaxForwards = call.Caller.Session.NextMaxForwards,
            FromUser = identity.FromUser,
            FromDisplay = identity.FromDisplay,
            FromHost = identity.FromHost,
            Headers = [.. identity.Headers, .. call.PassedHeaders(Side.Outside)],
            Sdp = media.Offer(),
            OnChallenge = CarrierLogin.Of(way.Carrier),
            Terms = CarrierTerms.Of(way.Carrier),
        });
        var leg = CallLeg.Start(services, call, media, session, target, new LegWay(way.Carrier, choice.Gateway.Name));
        leg.Number = decision.CalledE164;
        return leg;
    }

    private void Tell(GatewayChoice choice, InviteResult result, TimeSpan latency)
    {
        switch (result.Outcome)
        {
            case InviteOutcome.Accepted or InviteOutcome.Rejected:
                Outside.Gateways.Answered(choice, result.Status, latency, result.RetryAfter, services.Shard.Now);
                break;
            case InviteOutcome.TimedOut:
                Outside.Gateways.TimedOut(choice, services.Shard.Now);
                break;
            case InviteOutcome.TransportFailed:
                Outside.Gateways.Unreachable(choice, services.Shard.Now);
                break;
        }
    }

    private DialResult Failed(GatewayChoice choice, int status, int cause, string why)
    {
        LogFailed(services.Logger, call.Id, choice, status, why);
        return DialResult.NotAnswered(status) with
        {
            CallerStatus = Failover.CallerStatus(status, cause),
            Cause = cause > 0 ? cause : Q850.CauseOf(status),
            Why = $"{choice}: {status} {why}",
        };
    }

    /// <summary>Does it when the answered leg is over, or now where nobody answered.</summary>
    private void EndWith(CallLeg? answered, Action end)
    {
        if (answered is null)
        {
            end();
            return;
        }
        services.Shard.Run(async () =>
        {
            await answered.Over;
            end();
        });
    }

    [LoggerMessage(LogLevel.Warning, "call {CallId}: the guard refuses {Account} a call to {Number}: {Reason}")]
    private static partial void LogGuarded(ILogger log, Guid callId, string account, string number, string reason);

    [LoggerMessage(LogLevel.Warning, "call {CallId}: carrier {Carrier} is at its limit ({Room}); the next one is tried")]
    private static partial void LogFull(ILogger log, Guid callId, string carrier, CarrierRoom room);

    [LoggerMessage(LogLevel.Information, "call {CallId}: gateway {Gateway} did not take it: {Status} {Why}")]
    private static partial void LogFailed(ILogger log, Guid callId, GatewayChoice gateway, int status, string why);

    [LoggerMessage(LogLevel.Warning, "call {CallId}: gateway {Gateway} sends it to {Contact}, which is no host of that carrier: not followed")]
    private static partial void LogNotFollowed(ILogger log, Guid callId, GatewayChoice gateway, string contact);
}
