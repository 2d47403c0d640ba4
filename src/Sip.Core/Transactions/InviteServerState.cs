namespace Sip.Core.Transactions;

/// <summary>RFC 3261 figure 7 with the Accepted state of RFC 6026 §7.1.</summary>
public enum InviteServerState : byte { Proceeding, Accepted, Completed, Confirmed, Terminated }
