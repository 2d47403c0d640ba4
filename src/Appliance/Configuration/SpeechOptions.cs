namespace Tandem.Configuration;

/// <summary>The <c>[speech]</c> section: which voice speaks, on how many threads, and where its files are.</summary>
public sealed record SpeechOptions
{
    /// <summary>Name of the voice that <c>default</c> means; <c>default</c> itself picks the first voice found.</summary>
    public string Voice { get; init; } = "default";

    /// <summary>Synthesis threads, all niced; 0 means half the cores, at least one.</summary>
    public int Threads { get; init; }

    /// <summary>Upper bound of the cache folder, in megabytes (10^6 bytes).</summary>
    public int CacheMegabytes { get; init; } = 500;

    /// <summary>Upper bound of prompts kept in memory, in megabytes (10^6 bytes).</summary>
    public int PromptMegabytes { get; init; } = 64;

    /// <summary>Folder of rendered sentences, normally <c>DATA/cache</c>; made when it is missing.</summary>
    public required string CacheFolder { get; init; }

    /// <summary>Folder of the operator's own voices, normally <c>DATA/voices</c>; it may be missing.</summary>
    public string? VoicesFolder { get; init; }

    /// <summary>Longest text of one request, in characters.</summary>
    public int MaxTextLength { get; init; } = 5000;
}
