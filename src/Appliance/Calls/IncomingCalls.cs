using Microsoft.Extensions.Logging;
using Tandem.Configuration;
using Tandem.Ivr;
using Tandem.Media.Recording;
using Tandem.Signalling;
using Tandem.Storage;

namespace Tandem.Calls;

/// <summary>Takes calls in: finds what was dialled, runs its flow, and writes down how it ended.</summary>
internal sealed partial class IncomingCalls(CallServices services)
{
    private bool _draining;

    /// <summary>Takes an admitted INVITE. Shard thread.</summary>
    public void Take(InviteSession session) => services.Shard.Run(() => RunAsync(session));

    /// <summary>Takes no more calls and ends those in progress. Shard thread.</summary>
    public void Drain()
    {
        _draining = true;
        foreach (Call call in services.Live.Snapshot())
        {
            call.End(call.Status, "the appliance was stopped");
            call.Caller.HangUp("Q.850;cause=41;text=\"Appliance stopping\"");
        }
    }

    private async Task RunAsync(InviteSession session)
    {
        if (_draining || services.Live.Count >= services.Options.Max)
        {
            LogRefused(services.Logger, session.CallId, services.Live.Count);
            session.Reject(503, _draining ? "Stopping" : "Too many calls");
            return;
        }
        MediaAddress address = MediaAddress.For(services, session.Flow!, session.RemoteSdp);
        LegTransport transport = LegTransports.Of(session.RemoteSdp, session.Flow);
        if (LegMedia.Open(services, session.CallId, address, loop: null, session.User, transport) is not { } media)
        {
            LogNoPorts(services.Logger, session.CallId);
            session.Reject(503, "No free media port");
            return;
        }
        var call = new Call(services, Guid.CreateVersion7(), session.FromUser, session.RequestUserPart, DateTimeOffset.UtcNow);
        call.Caller = CallLeg.Start(services, call, media, session, session.FromUser);
        services.Live.Add(call);
        services.CallLog.CallStarted(call.Id, call.From, call.To, call.StartedAt);
        LogStarted(services.Logger, call.Id, call.From, call.To, session.CallId);
        try
        {
            await FlowAsync(call);
        }
        catch (OperationCanceledException) when (session.End is not null)
        {
            if (call.Reason.Length == 0) call.End(EndedByCaller(call.Caller), $"caller: {call.Caller.EndReason}");
        }
#pragma warning disable CA1031 // the call's edge: a fault ends this call with an answer and is counted; no other call notices
        catch (Exception fault)
#pragma warning restore CA1031
        {
            LogFault(services.Logger, fault, call.Id);
            services.Live.CountFault();
            call.End(CallStatus.Failed, "internal error");
            call.Caller.Session.Terminate("SIP;cause=500;text=\"Internal error\"", 500);
        }
        finally
        {
            services.Live.Remove(call);
            services.CallLog.CallEnded(call.Id, call.Status, DateTimeOffset.UtcNow, call.Reason, call.AgentExtension);
            LogEnded(services.Logger, call.Id, call.Status, call.Reason);
        }
    }

    private static CallStatus EndedByCaller(CallLeg caller) =>
        caller.EndedBadly ? CallStatus.Failed : caller.AnsweredAt is null ? CallStatus.Cancelled : CallStatus.Completed;

    private async Task FlowAsync(Call call)
    {
        switch (services.DialPlan.Find(call.To))
        {
            case { Kind: ExtensionKind.Menu, Target: var menu }:
                if (await AnswerAsync(call)) await new MenuFlow(services, call).RunAsync(menu);
                break;
            case { Kind: ExtensionKind.Agents, Target: var agents }:
                if (await AnswerAsync(call)) await RingAgentsAsync(call, agents);
                break;
            case { Kind: ExtensionKind.User }:
                await RingUserAsync(call);
                break;
            default:
                Reject(call, CallStatus.Rejected, 404, "No such number");
                break;
        }
    }

    private async Task<bool> AnswerAsync(Call call)
    {
        if (await call.Caller.AnswerAsync())
        {
            if (services.Recording.Calls == RecordingOptions.All) call.Record(RecordingAction.Start);
            return true;
        }
        call.End(CallStatus.Rejected, $"488 {call.Caller.Problem}");
        return false;
    }

    private async Task RingAgentsAsync(Call call, string agents)
    {
        if (await new Transfer(services, call).ToAgentAsync(agents) is not { } words) return;
        await call.Caller.PlayAsync(services.Words.Say(call.Caller.Ended, words, Announcements.Goodbye));
        call.End(CallStatus.NoAnswer, "no agent answered");
        call.Caller.HangUp();
    }

    /// <summary>A user calls a user: the caller hears the far phone ring and is answered when it is.</summary>
    private async Task RingUserAsync(Call call)
    {
        CallLeg caller = call.Caller;
        ReadOnlyMemory<byte> offer = caller.Session.RemoteSdp;
        if (!offer.IsEmpty && caller.Media.Answer(offer, out string? problem).IsEmpty)
        {
            call.End(CallStatus.Rejected, $"488 {problem}");
            caller.Refuse(problem);
            return;
        }
        call.Show("ringing", services.Directory.FindAgent(call.To)?.Extension);
        DialResult result = await new Dialer(services, call).DialAsync(services.DialPlan.Targets(call.To), () => caller.Session.Progress(180));
        if (result.Leg is not { } callee)
        {
            (CallStatus status, int code, string reason) = Refusal(result);
            Reject(call, status, code, reason);
            return;
        }
        try
        {
            caller.Media.Favour(callee.Media);
            if (await AnswerAsync(call)) await Bridge.TalkAsync(call, callee);
        }
        finally
        {
            callee.HangUp();
        }
    }

    private static (CallStatus, int, string) Refusal(DialResult result) => result.Failure switch
    {
        _ when result.Status == 603 => (CallStatus.Busy, 603, "Decline"),
        DialFailure.Busy => (CallStatus.Busy, 486, "Busy Here"),
        DialFailure.NoAnswer => (CallStatus.NoAnswer, 480, "No answer"),
        _ => (CallStatus.Failed, 480, "Temporarily Unavailable"),
    };

    private static void Reject(Call call, CallStatus status, int code, string? reason)
    {
        call.End(status, $"{code} {reason}");
        call.Caller.Session.Reject(code, reason);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "call {CallId}: {From} calls {To} (Call-ID {SipCallId})")]
    private static partial void LogStarted(ILogger logger, Guid callId, string from, string to, string sipCallId);

    [LoggerMessage(Level = LogLevel.Information, Message = "call {CallId}: ended, {Status}: {Reason}")]
    private static partial void LogEnded(ILogger logger, Guid callId, CallStatus status, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Call-ID {SipCallId}: refused with 503, {Live} calls in progress; raise calls.max if the host can carry more")]
    private static partial void LogRefused(ILogger logger, string sipCallId, int live);

    [LoggerMessage(Level = LogLevel.Error, Message = "Call-ID {SipCallId}: refused with 503, no free media port; widen media.ports")]
    private static partial void LogNoPorts(ILogger logger, string sipCallId);

    [LoggerMessage(Level = LogLevel.Error, Message = "call {CallId}: ended by a fault of ours")]
    private static partial void LogFault(ILogger logger, Exception fault, Guid callId);
}
