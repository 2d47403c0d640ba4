using Microsoft.Extensions.Logging;

namespace Tandem.Trunks;

/// <summary>What trunks log. No line holds a password or what is made of one.</summary>
internal static partial class TrunkLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "Gateway {Gateway} is down (last answer: {Code}): it gets no calls until it answers again. If it never answers OPTIONS, switch probing off: tandem carrier set {Carrier} --probe false")]
    public static partial void Down(ILogger logger, GatewayChoice gateway, string code, string carrier);

    [LoggerMessage(Level = LogLevel.Information, Message = "Gateway {Gateway} is {State} (it was {Before}; last answer: {Code})")]
    public static partial void Changed(ILogger logger, GatewayChoice gateway, string state, string before, string code);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Gateway {Gateway}: the name in {Uri} has no address; its calls are not known by their source until it has")]
    public static partial void NoAddress(ILogger logger, string gateway, string uri);

    [LoggerMessage(Level = LogLevel.Information, Message = "Carrier {Carrier}: registered as {User} with {Registrar} for {Seconds} s")]
    public static partial void Registered(ILogger logger, string carrier, string user, string registrar, int seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Carrier {Carrier}: no registration with {Registrar} ({Why}); the next try is in {Seconds} s")]
    public static partial void RegistrationFailing(ILogger logger, string carrier, string registrar, string why, int seconds);

    [LoggerMessage(Level = LogLevel.Error, Message = "Carrier {Carrier}: {Registrar} refuses to register {User} ({Why}); the next try is in {Seconds} s. To set them right: tandem carrier set {Carrier} --auth-user USER --auth-password PASSWORD")]
    public static partial void RegistrationRefused(ILogger logger, string carrier, string registrar, string user, string why, int seconds);

    [LoggerMessage(Level = LogLevel.Error, Message = "Carrier {Carrier} cannot be registered: {Why}")]
    public static partial void CannotRegister(ILogger logger, string carrier, string why);
}
