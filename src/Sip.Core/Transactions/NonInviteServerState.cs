namespace Sip.Core.Transactions;

/// <summary>RFC 3261 figure 8.</summary>
public enum NonInviteServerState : byte { Trying, Proceeding, Completed, Terminated }
