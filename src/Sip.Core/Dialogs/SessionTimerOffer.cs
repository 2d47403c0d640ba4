namespace Sip.Core.Dialogs;

/// <summary>What a request or a 2xx says of session timers (RFC 4028 §4, §5).</summary>
/// <param name="Expires">Session-Expires; null: absent.</param>
/// <param name="RefresherIsUac">Its refresher parameter; null: absent. The UAC is the sender of the request, not of the first INVITE.</param>
/// <param name="MinSE">Min-SE; zero: absent.</param>
/// <param name="Supported">The option tag <c>timer</c> stands in Supported.</param>
public readonly record struct SessionTimerOffer(TimeSpan? Expires, bool? RefresherIsUac, TimeSpan MinSE, bool Supported);
