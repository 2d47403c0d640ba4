using System.Threading.Channels;

namespace Tandem.Events;

/// <summary>One who watches: a bounded queue of what is new. Its reader is one thread; dispose it when done.</summary>
public sealed class EventSubscription : IDisposable
{
    private readonly EventHub _hub;
    private readonly Channel<NumberedEvent> _queue;

    internal EventSubscription(EventHub hub, bool hasGap, int queue, IReadOnlyList<NumberedEvent> missed)
    {
        (_hub, HasGap, Missed) = (hub, hasGap, missed);
        _queue = Channel.CreateBounded<NumberedEvent>(new BoundedChannelOptions(queue) { SingleReader = true });
    }

    /// <summary>Events after the one it asked for are no longer kept: it should read the state again.</summary>
    public bool HasGap { get; }

    /// <summary>What it missed, oldest first.</summary>
    public IReadOnlyList<NumberedEvent> Missed { get; }

    /// <summary>Completes when the reader fell too far behind, after the last event that it can still have.</summary>
    public ChannelReader<NumberedEvent> New => _queue.Reader;

    public void Dispose() => _hub.Leave(this);

    internal bool TryOffer(NumberedEvent e)
    {
        if (_queue.Writer.TryWrite(e)) return true;
        _queue.Writer.Complete();
        return false;
    }
}
