using Microsoft.Extensions.Logging;
using Tandem.Net;

namespace Tandem.Signalling;

/// <summary>What the user agent logs; every line carries the Call-ID where there is one.</summary>
internal static partial class SignallingLog
{
    [LoggerMessage(Level = LogLevel.Error, Message = "Handling a SIP message or timer failed")]
    public static partial void HandlingFailed(ILogger logger, Exception e);

    [LoggerMessage(Level = LogLevel.Information, Message = "{CallId}: INVITE from {From} to {To} over {Flow}")]
    public static partial void InviteReceived(ILogger logger, string callId, string from, string to, SipFlow flow);

    [LoggerMessage(Level = LogLevel.Information, Message = "{CallId}: INVITE to {Target} over {Flow}")]
    public static partial void InviteSent(ILogger logger, string callId, string target, SipFlow flow);

    [LoggerMessage(Level = LogLevel.Information, Message = "{CallId}: accepted")]
    public static partial void Accepted(ILogger logger, string callId);

    [LoggerMessage(Level = LogLevel.Information, Message = "{CallId}: ended by {By} with {Status} {Reason}")]
    public static partial void Ended(ILogger logger, string callId, SessionEndBy by, int status, string? reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{CallId}: no ACK to our 200 within {Seconds} s")]
    public static partial void NoAck(ILogger logger, string callId, double seconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "{CallId}: the ACK to our 200 was lost with its connection, the peer came back as {Flow}: the session goes on")]
    public static partial void AckLostWithConnection(ILogger logger, string callId, SipFlow flow);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{CallId}: no PRACK to our provisional response within {Seconds} s")]
    public static partial void NoPrack(ILogger logger, string callId, double seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{CallId}: the peer refused our PRACK with {Status}; the call goes on")]
    public static partial void PrackRefused(ILogger logger, string callId, int status);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{CallId}: {Method} in the dialog from {Flow}, which is not where its phone is: refused with 481")]
    public static partial void WrongSource(ILogger logger, string callId, Sip.Core.Messages.SipMethod method, SipFlow flow);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{CallId}: no session refresh in time: the peer is gone")]
    public static partial void SessionExpired(ILogger logger, string callId);

    [LoggerMessage(Level = LogLevel.Information, Message = "{CallId}: another branch answered too and is sent a BYE")]
    public static partial void ForkRefused(ILogger logger, string callId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{CallId}: no way to {Uri}")]
    public static partial void NoWay(ILogger logger, string callId, string uri);
}
