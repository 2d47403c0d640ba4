namespace Sip.Core.Messages;

/// <summary>Names of the methods. A method is case-sensitive (RFC 3261 §7.1).</summary>
public static class SipMethods
{
    public static SipMethod Parse(ReadOnlySpan<byte> name) => name.Length switch
    {
        3 => name.SequenceEqual("ACK"u8) ? SipMethod.Ack : name.SequenceEqual("BYE"u8) ? SipMethod.Bye : SipMethod.Unknown,
        4 => name.SequenceEqual("INFO"u8) ? SipMethod.Info : SipMethod.Unknown,
        5 => name.SequenceEqual("PRACK"u8) ? SipMethod.Prack : name.SequenceEqual("REFER"u8) ? SipMethod.Refer : SipMethod.Unknown,
        6 => name.SequenceEqual("INVITE"u8) ? SipMethod.Invite
            : name.SequenceEqual("CANCEL"u8) ? SipMethod.Cancel
            : name.SequenceEqual("UPDATE"u8) ? SipMethod.Update
            : name.SequenceEqual("NOTIFY"u8) ? SipMethod.Notify : SipMethod.Unknown,
        7 => name.SequenceEqual("OPTIONS"u8) ? SipMethod.Options
            : name.SequenceEqual("MESSAGE"u8) ? SipMethod.Message
            : name.SequenceEqual("PUBLISH"u8) ? SipMethod.Publish : SipMethod.Unknown,
        8 => name.SequenceEqual("REGISTER"u8) ? SipMethod.Register : SipMethod.Unknown,
        9 => name.SequenceEqual("SUBSCRIBE"u8) ? SipMethod.Subscribe : SipMethod.Unknown,
        _ => SipMethod.Unknown,
    };

    /// <summary>The name on the wire; empty for <see cref="SipMethod.Unknown"/>.</summary>
    public static ReadOnlySpan<byte> NameOf(SipMethod method) => method switch
    {
        SipMethod.Invite => "INVITE"u8,
        SipMethod.Ack => "ACK"u8,
        SipMethod.Bye => "BYE"u8,
        SipMethod.Cancel => "CANCEL"u8,
        SipMethod.Options => "OPTIONS"u8,
        SipMethod.Register => "REGISTER"u8,
        SipMethod.Info => "INFO"u8,
        SipMethod.Prack => "PRACK"u8,
        SipMethod.Update => "UPDATE"u8,
        SipMethod.Refer => "REFER"u8,
        SipMethod.Notify => "NOTIFY"u8,
        SipMethod.Subscribe => "SUBSCRIBE"u8,
        SipMethod.Message => "MESSAGE"u8,
        SipMethod.Publish => "PUBLISH"u8,
        _ => default,
    };
}
