namespace Tandem.Net;

/// <summary>What carries the bytes of a <see cref="SipFlow"/>: a UDP socket shared by many flows, or one connection of its own.</summary>
/// <remarks>Owned by its shard: every member is called on the shard's thread.</remarks>
public abstract class SipChannel
{
    public abstract bool IsOpen { get; }

    /// <summary>Queues one message; copies it before returning and never waits.</summary>
    /// <returns>False: the channel is closed, or its queue is full and the channel was closed for that.</returns>
    public abstract bool Send(SipFlow flow, ReadOnlySpan<byte> message);

    /// <summary>Ends a connection. A UDP socket serves others and stays open.</summary>
    public abstract void Close(string reason);
}
