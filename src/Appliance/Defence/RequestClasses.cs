namespace Tandem.Defence;

/// <summary>Tells the kind of a message by its first bytes, before anything parses it.</summary>
internal static class RequestClasses
{
    public const int Count = 6;

    public static RequestClass Of(ReadOnlySpan<byte> message) => message.IsEmpty ? RequestClass.Other : message[0] switch
    {
        (byte)'S' when message.StartsWith("SIP/2.0 "u8) => RequestClass.InCall,
        (byte)'I' when message.StartsWith("INVITE "u8) => RequestClass.Invite,
        (byte)'I' when message.StartsWith("INFO "u8) => RequestClass.InCall,
        (byte)'R' when message.StartsWith("REGISTER "u8) => RequestClass.Register,
        (byte)'O' when message.StartsWith("OPTIONS "u8) => RequestClass.Options,
        (byte)'A' when message.StartsWith("ACK "u8) => RequestClass.InCall,
        (byte)'B' when message.StartsWith("BYE "u8) => RequestClass.InCall,
        (byte)'C' when message.StartsWith("CANCEL "u8) => RequestClass.InCall,
        (byte)'P' when message.StartsWith("PRACK "u8) => RequestClass.InCall,
        (byte)'U' when message.StartsWith("UPDATE "u8) => RequestClass.InCall,
        _ => RequestClass.Other,
    };
}
