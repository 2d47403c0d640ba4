using Tandem.Storage;

namespace Tandem.Calls;

/// <summary>Two answered legs talk until one of them ends; then both end.</summary>
internal static class Bridge
{
    public static async Task TalkAsync(Call call, CallLeg callee)
    {
        CallLeg caller = call.Caller;
        call.Show(Call.Talking, call.AgentExtension);
        call.LimitLength(callee.Way?.Carrier);
        caller.Connect(callee);
        Task agreed = CodecAgreement.SettleAsync(caller, callee);    // beside the talk, which goes on however it ends
        await Task.WhenAny(caller.Over, callee.Over, call.Redirected);
        if (call.TakeRedirection() is { } number)
        {
            caller.Disconnect(callee);
            callee.HangUp();
            await agreed;
            await call.RedirectAsync(number);
            return;
        }
        (CallLeg first, CallLeg other, string who) = caller.Over.IsCompleted ? (caller, callee, "caller") : (callee, caller, "callee");
        call.End(first.EndedBadly ? CallStatus.Failed : CallStatus.Completed, $"{who}: {first.EndReason}");
        other.HangUp(first.ReasonHeader);
        await agreed;
    }
}
