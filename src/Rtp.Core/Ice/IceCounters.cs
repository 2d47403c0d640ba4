namespace Rtp.Core.Ice;

/// <summary>What an agent has seen since its start.</summary>
/// <param name="Checks">Authentic requests, repeated ones included.</param>
/// <param name="Malformed">Datagrams that are no STUN message of ICE: cut, garbled, without fingerprint.</param>
/// <param name="NotAuthentic">Messages without or with the wrong user name or integrity, and responses to nothing that we asked.</param>
/// <param name="Replayed">Authentic requests that had come before, from another address.</param>
/// <param name="RoleConflicts">Requests and responses that say that both sides claim one role.</param>
public readonly record struct IceCounters(long Checks, long Malformed, long NotAuthentic, long Replayed, long RoleConflicts);
