namespace Tandem.Signalling;

/// <summary>A socket that a shard watches: it takes in what waits and sends what a turn has written in one batch.</summary>
/// <remarks>Shard thread only.</remarks>
internal abstract class ShardSocket
{
    public abstract int Descriptor { get; }

    internal int Slot { get; set; } = -1;

    /// <summary>Something waits for <see cref="Flush"/>.</summary>
    internal bool IsQueued { get; set; }

    /// <summary>Takes in what waits, within reason: what is left over is reported again in the next turn.</summary>
    /// <returns>Whether the next turn should come at once for what is left.</returns>
    public abstract bool Receive();

    /// <summary>Takes in what the kernel says of datagrams that were sent, within reason; until then it reports them with every turn.</summary>
    public virtual void TakeErrors()
    {
    }

    /// <summary>Sends what was written since the last time. Does not throw.</summary>
    public abstract void Flush();
}
