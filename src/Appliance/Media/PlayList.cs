namespace Tandem.Media;

/// <summary>What a leg still has to play: prompts that join at the sample, and the numbers of those that are over.</summary>
internal sealed class PlayList
{
    private const int SamplesPerMs = Prompt.SampleRateHz / 1000;

    private readonly Queue<Entry> _entries = new();
    private readonly Queue<int> _ended = new();
    private int _position;    // samples at 8000 Hz of the first entry that have been played

    public bool IsEmpty => _entries.Count == 0;

    private int FrameLeft => EncodedPrompt.FrameSamples - _position % EncodedPrompt.FrameSamples;

    public void Add(Prompt prompt, int playoutId, bool loop) => _entries.Enqueue(new Entry(prompt, playoutId, loop));

    /// <summary>
    /// Fills one packet's payload, across as many entries as it takes, and fills the end of the last up with silence. Opus has a frame of
    /// 20 ms of one entry in each packet.
    /// </summary>
    /// <param name="room">At least a packet's octets.</param>
    /// <param name="codec">Of the leg.</param>
    /// <param name="ms">Length of the packet; 20 for Opus.</param>
    /// <returns>Octets written; 0: nothing to play.</returns>
    public int Fill(Span<byte> room, AudioCodec codec, int ms)
    {
        int written = 0, left = ms * SamplesPerMs;
        EncodedPrompt? last = null;
        while (left > 0 && _entries.TryPeek(out Entry entry))
        {
            EncodedPrompt audio = entry.Prompt.For(codec);
            int taken = Math.Min(audio.Samples - _position, codec == AudioCodec.Opus ? FrameLeft : left);
            if (taken > 0)
            {
                ReadOnlySpan<byte> octets = codec == AudioCodec.Opus ? audio.Frame(_position) : audio.Slice(_position, taken);
                octets.CopyTo(room[written..]);
                written += octets.Length;
                left = codec == AudioCodec.Opus ? 0 : left - taken;
                last = audio;
            }
            _position += taken;
            if (_position < audio.Samples) continue;
            _position = 0;
            if (entry.Loop && audio.Samples > 0 && _entries.Count == 1) continue;
            _ended.Enqueue(_entries.Dequeue().PlayoutId);
        }
        if (left == 0 || last is null) return written;
        ReadOnlySpan<byte> silence = last.Slice(last.Samples, left);
        silence.CopyTo(room[written..]);
        return written + silence.Length;
    }

    /// <summary>Brings into the processor's cache what <see cref="Fill"/> will need.</summary>
    public int Touch(AudioCodec codec) =>
        _ended.Count + (_entries.TryPeek(out Entry entry) && entry.Prompt.IsEncoded(codec) ? entry.Prompt.For(codec).Touch(_position) : 0);

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
