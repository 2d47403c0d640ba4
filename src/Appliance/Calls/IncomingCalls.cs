using Microsoft.Extensions.Logging;
using Tandem.Calls.Outside;
using Tandem.Ivr;
using Tandem.Routing;
using Tandem.Signalling;
using Tandem.Storage;
using Tandem.Trunks;

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
        var offer = ReceivedOffer.Read(session.RemoteSdp);
        if (OutsidePlane.WayOf(services, session) is not { } way)
        {
            await RunAsync(session, offer, way: null);
            return;
        }
        CarrierRoom room = services.Outside.Limits.TryStart(way.Carrier, services.Shard.Now);
        if (room != CarrierRoom.Free)
        {
            LogCarrierFull(services.Logger, session.CallId, way.Carrier.Name, room);
            session.Reject(503, "Carrier limit reached", [new("Reason", Q850.Reason(Q850.NoCircuit)), new("Retry-After", "1")]);
            return;
        }
        // The carrier's part may be over before the call is: what it called can have been transferred.
        bool counted = true;
        using CancellationTokenRegistration over = session.Ended.Register(GiveBack);
        try
        {
            await RunAsync(session, offer, way);
        }
        finally
        {
            GiveBack();
        }

        void GiveBack()
        {
            if (counted) services.Outside.Limits.Ended(way.Carrier.Name);
            counted = false;
        }
    }

    private async Task RunAsync(InviteSession session, ReceivedOffer offer, LegWay? way)
    {
        if (OpenMedia(session, offer, way?.Carrier) is not { } media)
        {
            LogNoPorts(services.Logger, session.CallId);
            session.Reject(503, "No free media port");
            return;
        }
        string from = way is null ? session.FromUser : CallerOf(session);
        var call = new Call(services, Guid.CreateVersion7(), from, session.RequestUserPart, DateTimeOffset.UtcNow);
        call.Caller = CallLeg.Start(services, call, media, session, from, way);
        (call.Caller.User, call.Caller.Number) = (way is null ? session.User : null, from);
        services.Live.Add(call);
        services.CallLog.CallStarted(call.Id, call.From, call.To, call.StartedAt);
        services.Events.Publish("call.started", ("call_id", call.Id), ("from", call.From), ("to", call.To));
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
            call.TakeHandover()?.Abandon();
            services.Live.Remove(call);
            services.CallLog.CallEnded(call.Id, call.Status, DateTimeOffset.UtcNow, call.Reason, call.AgentExtension);
            services.Events.Publish("call.ended", ("call_id", call.Id), ("from", call.From), ("to", call.To), ("status", call.Status.ToText()), ("reason", call.Reason));
            LogEnded(services.Logger, call.Id, call.Status, call.Reason);
        }
    }

    private LegMedia? OpenMedia(InviteSession session, ReceivedOffer offer, Carrier? carrier)
    {
        MediaAddress address = MediaAddress.For(services, session.Flow!, offer.Description);
        LegTransport transport = LegTransports.Of(offer, session.Flow);
        LegMedia? media = carrier is null
            ? LegMedia.Open(services, session.CallId, address, loop: null, session.User, transport)
            : LegMedia.Open(services, session.CallId, address, loop: null, LegVoice.For(services.MediaOptions, carrier.Codecs, carrier.Srtp), transport);
        media?.Keep(offer);
        return media;
    }

    /// <summary>The number that a carrier vouches for.</summary>
    private static string CallerOf(InviteSession session) =>
        session.ParseFirst() is { } invite && CallerIdentity.Of(invite, trusted: true).Number is { Length: > 0 } number ? number : session.FromUser;

    private static CallStatus EndedByCaller(CallLeg caller) =>
        caller.EndedBadly ? CallStatus.Failed : caller.AnsweredAt is null ? CallStatus.Cancelled : CallStatus.Completed;

    private async Task FlowAsync(Call call)
    {
        var reach = new Reach(services, call);
        DialResult? result = call.Carrier is { } carrier ? await new Arrivals(services, call, reach).RunAsync(carrier)
            : services.DialPlan.Find(call.To) is { } extension ? await reach.ExtensionAsync(extension)
            : await reach.NumberAsync(call.To, new Authority(call.Caller.Session.User, null));
        if (result is { } failed) await FailAsync(call, failed);
    }

    private async Task FailAsync(Call call, DialResult result)
    {
        if (call.Caller.AnsweredAt is null)
        {
            (CallStatus status, int code, string? phrase) = Refusal(result);
            Reject(call, status, code, phrase, result);
            return;
        }
        await call.Caller.PlayAsync(services.Words.Say(call.Caller.Ended, Transfer.Words(result), Announcements.Goodbye));
        call.End(CallStatus.NoAnswer, result.Why ?? "nobody answered");
        call.Caller.HangUp();
    }

    private static (CallStatus, int, string?) Refusal(DialResult result) => result.Failure switch
    {
        _ when result.CallerStatus > 0 => (result.Status is 486 or 600 ? CallStatus.Busy : result.Status is 403 or 404 or 482 or 484 or 603 ? CallStatus.Rejected
            : result.Failure == DialFailure.NoAnswer ? CallStatus.NoAnswer : CallStatus.Failed, result.CallerStatus, result.Phrase),
        _ when result.Status == 603 => (CallStatus.Busy, 603, "Decline"),
        DialFailure.Busy => (CallStatus.Busy, 486, "Busy Here"),
        DialFailure.NoAnswer => (CallStatus.NoAnswer, 480, "No answer"),
        _ => (CallStatus.Failed, 480, "Temporarily Unavailable"),
    };

    /// <summary>The network of a carrier is told the cause in its own terms (RFC 3326).</summary>
    private static void Reject(Call call, CallStatus status, int code, string? phrase, DialResult result)
    {
        call.End(status, result.Why ?? $"{code} {phrase}");
        List<KeyValuePair<string, string>> headers = [];
        if (call.Carrier is not null || result.Cause > 0) headers.Add(new("Reason", Q850.Reason(result.Cause > 0 ? result.Cause : Q850.CauseOf(code))));
        if (code == 503) headers.Add(new("Retry-After", "1"));
        call.Caller.Session.Reject(code, phrase, headers);
    }
    [LoggerMessage(Level = LogLevel.Information, Message = "call {CallId}: {From} calls {To} (Call-ID {SipCallId})")]
    private static partial void LogStarted(ILogger logger, Guid callId, string from, string to, string sipCallId);

    [LoggerMessage(Level = LogLevel.Information, Message = "call {CallId}: ended, {Status}: {Reason}")]
    private static partial void LogEnded(ILogger logger, Guid callId, CallStatus status, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Call-ID {SipCallId}: refused with 503, {Live} calls in progress; raise calls.max if the host can carry more")]
    private static partial void LogRefused(ILogger logger, string sipCallId, int live);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Call-ID {SipCallId}: refused with 503, carrier {Carrier} is at its limit ({Room})")]
    private static partial void LogCarrierFull(ILogger logger, string sipCallId, string carrier, CarrierRoom room);

    [LoggerMessage(Level = LogLevel.Error, Message = "Call-ID {SipCallId}: refused with 503, no free media port; widen media.ports")]
    private static partial void LogNoPorts(ILogger logger, string sipCallId);

    [LoggerMessage(Level = LogLevel.Error, Message = "call {CallId}: ended by a fault of ours")]
    private static partial void LogFault(ILogger logger, Exception fault, Guid callId);
}
