namespace Sip.Core.Transactions;

/// <summary>What the owner of a transaction machine does after an event, in the order of the flags.</summary>
[Flags]
public enum TransactionActions : byte
{
    None = 0,

    /// <summary>Hand the request to the transport, for the first time or again.</summary>
    SendRequest = 1,

    /// <summary>Hand the last response to the transport, for the first time or again.</summary>
    SendResponse = 2,

    /// <summary>Send a 100 (Trying): the transaction user has not answered in time (RFC 4320 §4.1).</summary>
    SendTrying = 4,

    /// <summary>Send the ACK that belongs to the transaction: to a response of 300–699 (RFC 3261 §17.1.1.3).</summary>
    SendAck = 8,

    /// <summary>Pass the message to the transaction user.</summary>
    PassUp = 16,

    /// <summary>Tell the transaction user: no final response came (timer B or F), or no ACK (timer H).</summary>
    TimedOut = 32,

    /// <summary>Tell the transaction user that the transport failed.</summary>
    TransportFailed = 64,

    /// <summary>Forget the transaction.</summary>
    Terminate = 128,
}
