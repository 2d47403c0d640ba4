using Tandem.Ivr;
using Tandem.Storage;

namespace Tandem.Calls;

/// <summary>Two answered legs talk until one of them ends; then both end. One of them may be handed to somebody else meanwhile.</summary>
internal sealed class Bridge(CallServices services, Call call)
{
    public async Task TalkAsync(CallLeg callee)
    {
        CallLeg? other = callee;
        try
        {
            while (other is not null) other = await TalkOnceAsync(other);
        }
        finally
        {
            other?.HangUp(call.Caller.ReasonHeader);
        }
    }

    /// <returns>Whom the party that stays talks to next; null: the call is over.</returns>
    private async Task<CallLeg?> TalkOnceAsync(CallLeg callee)
    {
        CallLeg caller = call.Caller;
        call.Callee = callee;
        call.Show(Call.Talking, call.AgentExtension);
        call.LimitLength(callee.Way?.Carrier);
        caller.Connect(callee);
        Task agreed = CodecAgreement.SettleAsync(caller, callee);    // beside the talk, which goes on however it ends
        await Task.WhenAny(caller.Over, callee.Over, call.Handed);
        (CallLeg first, CallLeg second, string who) = caller.Over.IsCompleted ? (caller, callee, "caller") : (callee, caller, "callee");
        if (call.IsHanded)
        {
            Handover next = call.TakeHandover()!;
            CallLeg released = Keep(next.Kept, caller, callee);
            released.HangUp();
            await agreed;
            return await GoOnAsync(next);
        }
        if (call.Pending is { } pending && pending.Kept == second)
        {
            Keep(second, caller, callee);
            await agreed;
            return await WaitAsync(pending);
        }
        call.End(first.EndedBadly ? CallStatus.Failed : CallStatus.Completed, $"{who}: {first.EndReason}");
        second.HangUp(first.ReasonHeader);
        await agreed;
        return null;
    }

    /// <summary>Parts the two; the one that stays is the call's caller from now on.</summary>
    /// <returns>The other.</returns>
    private CallLeg Keep(CallLeg kept, CallLeg caller, CallLeg callee)
    {
        kept.Separate();
        call.Callee = null;
        call.GoOnWith(kept);
        return kept == caller ? callee : caller;
    }

    private async Task<CallLeg?> GoOnAsync(Handover next)
    {
        call.Show(call.State, next.Agent);
        next.Settle();
        if (next.Menu is { } menu) await new MenuFlow(services, call).RunAsync(menu);
        return next.Answered;
    }

    /// <summary>Who sent the party on has hung up before anybody answered: the party hears it ring, and is told where nobody does.</summary>
    private async Task<CallLeg?> WaitAsync(Handover pending)
    {
        CallLeg kept = call.Caller;
        kept.StartRingback();
        await pending.Decided;
        if (call.TakeHandover() is { } next) return await GoOnAsync(next);
        kept.StopPlayout();
        call.End(CallStatus.NoAnswer, $"sent on to {pending.Number}: {pending.Why}");
        await kept.PlayAsync(services.Words.Say(kept.Ended, Announcements.Unavailable, Announcements.Goodbye));
        kept.HangUp();
        return null;
    }
}
