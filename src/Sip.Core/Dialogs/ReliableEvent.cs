namespace Sip.Core.Dialogs;

/// <summary>What the timer of <see cref="ReliableResponses"/> wants of its owner.</summary>
public enum ReliableEvent : byte
{
    None,

    /// <summary>Send the open response again.</summary>
    Resend,

    /// <summary>No PRACK within 64*T1: refuse the INVITE with a 5xx (RFC 3262 §3).</summary>
    GiveUp,
}
