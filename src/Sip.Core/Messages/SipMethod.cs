namespace Sip.Core.Messages;

/// <summary>The request methods of RFC 3261 §7.1 and its extensions; anything else is <see cref="Unknown"/> and keeps its name in the
/// message.</summary>
public enum SipMethod : byte
{
    Unknown, Invite, Ack, Bye, Cancel, Options, Register, Info, Prack, Update, Refer, Notify, Subscribe, Message, Publish,
}
