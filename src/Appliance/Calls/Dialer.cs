using Tandem.Net;
using Tandem.Signalling;

namespace Tandem.Calls;

/// <summary>Rings one or several places at once (RFC 3261 §13, forked by us): the first to answer wins, the others get CANCEL.</summary>
internal sealed class Dialer(CallServices services, Call call)
{
    private const string ElsewhereReason = "SIP;cause=200;text=\"Call completed elsewhere\"";

    /// <summary>Rings until somebody answers, all have refused, or the ring time is over.</summary>
    /// <param name="onRinging">Called once, when the first phone rings.</param>
    /// <exception cref="OperationCanceledException">The caller gave up; every phone has been told.</exception>
    public async Task<DialResult> DialAsync(IReadOnlyList<DialTarget> targets, Action? onRinging)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(call.Caller.Ended);
        Task ringTime = services.Shard.Delay(services.Options.RingTime, over.Token);
        List<CallLeg> ringing = await RingAsync(targets, onRinging);
        DialResult outcome = DialResult.NotAnswered(ringing.Count == 0 ? 480 : 503);
        string? reason = null;
        try
        {
            while (ringing.Count > 0)
            {
                await Task.WhenAny([ringTime, .. ringing.Select(leg => leg.Session.Result)]);
                call.Caller.Ended.ThrowIfCancellationRequested();
                if (ringing.Find(leg => leg.Session.Result.IsCompleted) is not { } decided) return DialResult.NotAnswered(408);
                ringing.Remove(decided);
                InviteResult result = await decided.Session.Result;
                if (result.IsAccepted && decided.OnAnswered(result.Sdp))
                {
                    reason = ElsewhereReason;
                    return DialResult.Answered(decided);
                }
                outcome = DialResult.MoreTelling(outcome, DialResult.NotAnswered(result.IsAccepted ? 488 : result.Status));
            }
            return outcome;
        }
        finally
        {
            await over.CancelAsync();
            foreach (CallLeg leg in ringing) leg.Session.Cancel(reason);
        }
    }

    private async Task<List<CallLeg>> RingAsync(IReadOnlyList<DialTarget> targets, Action? onRinging)
    {
        List<CallLeg> ringing = [];
        foreach (DialTarget target in targets)
        {
            SipFlow? flow = target.Flow ?? await services.UserAgent.FlowToAsync(target.Uri).WaitAsync(call.Caller.Ended);
            if (flow is not null && Ring(target, flow, onRinging) is { } leg) ringing.Add(leg);
        }
        return ringing;
    }

    private CallLeg? Ring(DialTarget target, SipFlow flow, Action? onRinging)
    {
        MediaAddress address = MediaAddress.For(services, flow, offer: default);
        if (LegMedia.Open(services, call.Id.ToString(), address, call.Caller.Media.Leg.LoopIndex, target.User, LegTransports.Of(target)) is not { } media) return null;
        media.Favour(call.Caller.Media);
        InviteSession session = services.UserAgent.Invite(new OutgoingInvite
        {
            Target = target.Uri,
            Flow = flow,
            StaysOnFlow = target.Flow is not null,
            Route = target.Route,
            MaxForwards = call.Caller.Session.NextMaxForwards,
            FromUser = call.From,
            FromDisplay = call.Caller.Session.FromDisplay,
            Sdp = media.Offer(),
        });
        if (onRinging is not null)
            session.OnProgress = (status, _) => { if (status is 180 or 183) onRinging(); };
        return CallLeg.Start(services, call, media, session, target.Uri);
    }
}
