namespace Sip.Core.Dialogs;

/// <summary>What a session timer wants of its owner.</summary>
public enum SessionTimerEvent : byte
{
    None,

    /// <summary>Send an UPDATE or re-INVITE; its 2xx goes to <see cref="SessionTimer.OnAccepted"/>.</summary>
    Refresh,

    /// <summary>Nobody refreshed: send BYE.</summary>
    Expired,
}
