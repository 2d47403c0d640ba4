namespace Tandem.Media;

/// <summary>Rendered audio, immutable and shared by all callers: 16-bit mono PCM at 8000 Hz.</summary>
/// <remarks>Each codec's form is made on first use and kept, so that a playing leg only copies and writes headers.</remarks>
public sealed class Prompt
{
    public const int SampleRateHz = 8000;

    private readonly short[] _pcm;
    private readonly EncodedPrompt?[] _encoded = new EncodedPrompt?[AudioCodecs.Count];

    /// <param name="pcm8k">Taken over, not copied: the caller no longer writes to it.</param>
    /// <param name="name">For logs.</param>
    public Prompt(short[] pcm8k, string name)
    {
        ArgumentNullException.ThrowIfNull(pcm8k);
        _pcm = pcm8k;
        Name = name;
    }

    public string Name { get; }

    public TimeSpan Duration => TimeSpan.FromTicks(_pcm.Length * TimeSpan.TicksPerSecond / SampleRateHz);

    public ReadOnlyMemory<short> Pcm => _pcm;

    /// <summary>Whether <see cref="For"/> has nothing left to do.</summary>
    public bool IsEncoded(AudioCodec codec) => Volatile.Read(ref _encoded[(int)codec]) is not null;

    /// <summary>The prompt in this codec. Any thread; the first caller encodes, and two first callers at once both do: the same bytes.</summary>
    /// <remarks>A second of G.711 takes microseconds, a second of Opus some milliseconds: not for a thread that others wait for.</remarks>
    public EncodedPrompt For(AudioCodec codec)
    {
        ref EncodedPrompt? slot = ref _encoded[(int)codec];
        EncodedPrompt? encoded = Volatile.Read(ref slot);
        if (encoded is not null) return encoded;
        encoded = EncodedPrompt.Encode(_pcm, codec);
        return Interlocked.CompareExchange(ref slot, encoded, null) ?? encoded;
    }
}
