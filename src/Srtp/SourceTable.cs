namespace Srtp;

/// <summary>Where each source of one direction stands; a source that was not heard before starts anew.</summary>
/// <remarks>
/// The table is bounded. A peer that changes its SSRC more often than it has places makes it forget the source that has been silent for
/// the longest time: better than to fall silent in a call of many hours.
/// </remarks>
internal sealed class SourceTable
{
    public const int Places = 32;

    private readonly List<Source> _sources = new(1);
    private Source? _latest;
    private Source _spare = new();
    private long _takeovers;

    /// <summary>The source with this SSRC, or a fresh one. Asking changes nothing and, whoever asks, allocates nothing.</summary>
    public Source Find(uint ssrc)
    {
        if (_latest is { } latest && latest.Ssrc == ssrc) return latest;
        foreach (Source source in _sources)
        {
            if (source.Ssrc == ssrc) return source;
        }

        _spare.Ssrc = ssrc;
        return _spare;
    }

    /// <summary>A packet of the source has proved authentic: it is known from now on.</summary>
    /// <param name="source">From the <see cref="Find"/> before.</param>
    public void Accept(Source source, long index)
    {
        source.Counter.Accept(index);
        source.Window.Accept(index);
        if (ReferenceEquals(source, _latest)) return;
        if (ReferenceEquals(source, _spare)) Keep(source);
        source.TookOverAt = ++_takeovers;
        _latest = source;
    }

    /// <summary>Reads what the next packet will need, so that it lies in the processor's cache by then.</summary>
    public long Touch() => _latest is { } latest ? latest.Ssrc : 0;

    private void Keep(Source source)
    {
        _spare = new Source();
        if (_sources.Count < Places)
        {
            _sources.Add(source);
            return;
        }

        int oldest = 0;
        for (int i = 1; i < _sources.Count; i++)
        {
            if (_sources[i].TookOverAt < _sources[oldest].TookOverAt) oldest = i;
        }

        _sources[oldest] = source;
    }

    internal sealed class Source
    {
        // In place: a packet reads one piece of memory.
        public RollOverCounter Counter;
        public ReplayWindow Window;

        public uint Ssrc { get; set; }

        /// <summary>When it last took over from another, in the table's own count.</summary>
        public long TookOverAt { get; set; }
    }
}
