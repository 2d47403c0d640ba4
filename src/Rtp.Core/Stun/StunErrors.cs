namespace Rtp.Core.Stun;

/// <summary>Codes of ERROR-CODE (RFC 8489 §14.8, RFC 8445 §16.1).</summary>
public static class StunErrors
{
    public const int BadRequest = 400, Unauthenticated = 401, UnknownAttribute = 420, RoleConflict = 487;

    /// <summary>The phrase that goes with a code.</summary>
    public static ReadOnlySpan<byte> Phrase(int code) => code switch
    {
        BadRequest => "Bad Request"u8,
        Unauthenticated => "Unauthenticated"u8,
        UnknownAttribute => "Unknown Attribute"u8,
        RoleConflict => "Role Conflict"u8,
        _ => ""u8,
    };
}
