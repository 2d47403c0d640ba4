namespace Sip.Core.Transactions;

/// <summary>RFC 3261 figure 5 with the Accepted state of RFC 6026 §7.2.</summary>
public enum InviteClientState : byte { Calling, Proceeding, Accepted, Completed, Terminated }
