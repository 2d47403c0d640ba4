namespace Tandem.Storage;

/// <summary>Sizes of the call log; the defaults suit a host, tests make them small.</summary>
public sealed record CallLogOptions
{
    /// <summary>Folder of the journal; made when it is missing.</summary>
    public required string JournalFolder { get; init; }

    /// <summary>Names this appliance in rows that several may write.</summary>
    public required string Node { get; init; }

    /// <summary>Events that may wait for the disk; beyond it news of calls in progress is dropped, beyond four times it everything.</summary>
    public int QueueEntries { get; init; } = 65_536;

    /// <summary>Size at which a journal file is closed and the next begun.</summary>
    public long SegmentBytes { get; init; } = 4 << 20;

    /// <summary>How long what is in the journal may wait for its fsync: many entries share one.</summary>
    public TimeSpan SyncInterval { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How long the database waits for more after an entry came: many share one transaction. A flush does not wait.</summary>
    public TimeSpan GatherInterval { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How often the journal notes that the appliance lives, while there are calls.</summary>
    public TimeSpan AliveInterval { get; init; } = TimeSpan.FromSeconds(5);
}
