namespace Tandem.Configuration;

/// <summary>The <c>[speech]</c> section: which voice speaks, on how many threads, and where its files are.</summary>
public sealed record SpeechOptions
{
    [Setting("voice", "Voice for prompts: the name of a voice in the voices folder, without .onnx. \"default\" is the first voice found.")]
    public string Voice { get; init; } = "default";

    [Setting("threads", "Synthesis threads, all at low priority. 0 means half the cores, at least one.", Min = 0, Max = 64)]
    public int Threads { get; init; }

    [Setting("cache_mb", "Megabytes of rendered speech kept on disk; the least recently used goes first.", Min = 1, Max = 1000000)]
    public int CacheMegabytes { get; init; } = 500;

    [Setting("prompts_mb", "Megabytes of prompts kept in memory.", Min = 1, Max = 100000)]
    public int PromptMegabytes { get; init; } = 64;

    /// <summary>Folder of rendered sentences, normally <c>DATA/cache</c>; made when it is missing.</summary>
    public required string CacheFolder { get; init; }

    [Setting("voices", "Folder with your own Piper voices (NAME.onnx and NAME.onnx.json). Without it: voices in the data folder.",
        IsPath = true, Example = "\"/usr/share/piper-voices\"")]
    public string? VoicesFolder { get; init; }

    [Setting("max_text", "Longest text of one request, in characters.", Min = 100, Max = 100000)]
    public int MaxTextLength { get; init; } = 5000;
}
