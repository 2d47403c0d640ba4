namespace Rtp.Core.Ice;

/// <summary>How a candidate's address was found (RFC 8445 §5.1.1).</summary>
public enum IceCandidateKind : byte
{
    Host,
    ServerReflexive,
    PeerReflexive,
    Relayed,
}
