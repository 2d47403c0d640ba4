using System.Text;
using Tandem.Net;
using Tandem.Signalling;

namespace Tandem.Calls;

/// <summary>One device that is being rung, by the ways that it registered: the next is tried where one leads nowhere. Shard thread only.</summary>
/// <param name="services">Of the appliance.</param>
/// <param name="call">For whose caller it rings.</param>
/// <param name="ways">To the same device, the preferred first.</param>
internal sealed class Fork(CallServices services, Call call, IReadOnlyList<DialTarget> ways) : IBranch
{
    private readonly TaskCompletionSource _givenUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CallLeg? _leg;

    /// <inheritdoc/>
    public async Task<DialResult> RingAsync()
    {
        DialResult outcome = DialResult.NotAnswered(480);
        foreach (DialTarget way in ways)
        {
            SipFlow? flow = way.Flow ?? await FlowToAsync(way.Uri);
            if (_givenUp.Task.IsCompleted) return DialResult.NotAnswered(487);
            outcome = DialResult.NotAnswered(503);
            if (flow is null || Ring(way, flow) is not { } leg) continue;
            _leg = leg;
            InviteResult result = await leg.Session.Result;
            if (result.IsAccepted && leg.OnAnswered(result.Sdp)) return DialResult.Answered(leg);
            call.Ear.Over(leg);
            outcome = DialResult.NotAnswered(result.IsAccepted ? 488 : result.Status) with { SentTo = SentTo(result), Cause = result.Q850Cause };
            if (_givenUp.Task.IsCompleted || !LedNowhere(result)) break;
        }
        return outcome;
    }

    /// <inheritdoc/>
    public void GiveUp(string? reason)
    {
        _givenUp.TrySetResult();
        _leg?.Session.Cancel(reason);
    }

    /// <summary>The way failed, not the device: nothing came back, or an edge says that its connection is gone (RFC 5626 §11.5).</summary>
    private static bool LedNowhere(InviteResult result) => result.Outcome == InviteOutcome.TransportFailed || result.Status == 430;

    /// <summary>A phone sends a call on to a number; the host that it writes is its own business: the number is dialled as its user would.</summary>
    private static string? SentTo(InviteResult result) =>
        result.Contacts is [var first, ..] && SipFields.UserOf(Encoding.UTF8.GetBytes(first)) is { Length: > 0 } number ? number : null;

    private async Task<SipFlow?> FlowToAsync(string uri)
    {
        Task<SipFlow?> found = services.UserAgent.FlowToAsync(uri);
        await Task.WhenAny(found, _givenUp.Task);
        return found.IsCompleted ? await found : null;
    }

    private CallLeg? Ring(DialTarget target, SipFlow flow)
    {
        MediaAddress address = MediaAddress.For(services, flow, offer: null);
        int loop = call.Caller.Media.Leg.LoopIndex;
        if (LegMedia.Open(services, call.Id.ToString(), address, loop, target.User, LegTransports.Of(target)) is not { } media) return null;
        media.Favour(call.Caller.Media);
        InviteSession session = services.UserAgent.Invite(new OutgoingInvite
        {
            Target = target.Uri,
            Flow = flow,
            StaysOnFlow = target.Flow is not null,
            Peer = target.User,
            Route = target.Route,
            MaxForwards = call.Caller.Session.NextMaxForwards,
            FromUser = call.ShownNumber,
            FromDisplay = call.ShownName,
            Headers = call.PassedHeaders(Side.Inside),
            Sdp = media.Offer(),
        });
        CallLeg leg = CallLeg.Start(services, call, media, session, target.Uri);
        leg.FollowProgress(call.Ear);
        leg.User = target.User;
        leg.Number = target.User ?? session.ToUser;
        return leg;
    }
}
