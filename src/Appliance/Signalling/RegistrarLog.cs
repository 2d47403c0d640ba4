using Microsoft.Extensions.Logging;
using Tandem.Net;

namespace Tandem.Signalling;

/// <summary>What the registrar and the authenticator log.</summary>
internal static partial class RegistrarLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Registered {User}: {Count} bindings, over {Flow}")]
    public static partial void Registered(ILogger logger, string user, int count, SipFlow flow);

    [LoggerMessage(Level = LogLevel.Information, Message = "Registration of {User} expired")]
    public static partial void RegistrationExpired(ILogger logger, string user);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} of {Stored} stored registrations are in force again")]
    public static partial void RegistrationsRestored(ILogger logger, int count, int stored);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Wrong password or unknown user {User} from {Flow}")]
    public static partial void WrongCredentials(ILogger logger, string user, SipFlow flow);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Before} came back as {Now}: its calls go on there")]
    public static partial void FlowReplaced(ILogger logger, SipFlow before, SipFlow now);
}
