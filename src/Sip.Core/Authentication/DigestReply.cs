namespace Sip.Core.Authentication;

/// <summary>What a client makes of a challenge.</summary>
public enum DigestReply : byte
{
    /// <summary>The request goes out again, with credentials.</summary>
    Answer,

    /// <summary>The server has had credentials made of a fresh nonce and asks again: they are wrong.</summary>
    Refused,

    /// <summary>The challenge is of a realm that our password does not belong to.</summary>
    OtherRealm,

    /// <summary>No challenge of it is one that we speak: Digest with MD5 or SHA-256, without qop or with auth.</summary>
    Unknown,
}
