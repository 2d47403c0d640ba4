namespace Sip.Core.Sdp;

/// <summary>How a candidate's owner came to its address (RFC 8839 §5.1).</summary>
public enum SdpCandidateType : byte
{
    Host,
    ServerReflexive,
    PeerReflexive,
    Relayed,
}
