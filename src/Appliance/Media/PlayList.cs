namespace Tandem.Media;

/// <summary>What a leg still has to play: prompts that join at the sample, and the numbers of those that are over.</summary>
internal sealed class PlayList
{
    private readonly Queue<Entry> _entries = new();
    private readonly Queue<int> _ended = new();
    private int _position;    // samples of the first entry that have been played

    public bool IsEmpty => _entries.Count == 0;

    public void Add(Prompt prompt, int playoutId, bool loop) => _entries.Enqueue(new Entry(prompt, playoutId, loop));

    /// <summary>Fills one packet's payload, across as many entries as it takes, and pads the end of the last with silence.</summary>
    /// <returns>False: nothing to play; the payload is untouched.</returns>
    public bool TryFill(Span<byte> payload, AudioCodec codec)
    {
        int filled = 0;
        while (filled < payload.Length && _entries.TryPeek(out Entry entry))
        {
            ReadOnlySpan<byte> audio = entry.Prompt.For(codec).Octets;
            int take = Math.Min(audio.Length - _position, payload.Length - filled);
            audio.Slice(_position, take).CopyTo(payload[filled..]);
            filled += take;
            _position += take;
            if (_position < audio.Length) continue;
            _position = 0;
            if (entry.Loop && audio.Length > 0 && _entries.Count == 1) continue;
            _ended.Enqueue(_entries.Dequeue().PlayoutId);
        }
        if (filled == 0) return false;
        payload[filled..].Fill(EncodedPrompt.Silence(codec));
        return true;
    }

    /// <summary>The next entry whose last sample has been put into a packet.</summary>
    public bool TryTakeEnded(out int playoutId) => _ended.TryDequeue(out playoutId);

    /// <summary>Takes out the first entry, unplayed or in the middle.</summary>
    public bool TryDrop(out int playoutId)
    {
        _position = 0;
        bool dropped = _entries.TryDequeue(out Entry entry);
        playoutId = entry.PlayoutId;
        return dropped;
    }

    private readonly record struct Entry(Prompt Prompt, int PlayoutId, bool Loop);
}
