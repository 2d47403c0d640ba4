namespace Sip.Core.Transactions;

/// <summary>RFC 3261 figure 6.</summary>
public enum NonInviteClientState : byte { Trying, Proceeding, Completed, Terminated }
