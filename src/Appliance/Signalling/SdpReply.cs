namespace Tandem.Signalling;

/// <summary>The call's reply to an offer in a re-INVITE or UPDATE, or (for a request without one) its own offer.</summary>
public readonly record struct SdpReply(int Status, ReadOnlyMemory<byte> Sdp)
{
    public static SdpReply Accept(ReadOnlyMemory<byte> sdp) => new(200, sdp);

    /// <summary>488 (Not Acceptable Here) by default: the session goes on as it was.</summary>
    public static SdpReply Refuse(int status = 488) => new(status, default);
}
