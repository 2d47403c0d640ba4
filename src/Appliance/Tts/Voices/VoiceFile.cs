namespace Tandem.Tts.Voices;

/// <summary>A Piper voice on disk: a model and its config.</summary>
/// <param name="Name">The model's file name without <c>.onnx</c>, such as <c>en_US-lessac-medium</c>.</param>
/// <param name="ModelPath">Absolute path of the model.</param>
/// <param name="ModelBytes">Size of the model; part of the cache key, so that a replaced model is heard at once.</param>
/// <param name="Config">Its config, read and checked.</param>
internal sealed record VoiceFile(string Name, string ModelPath, long ModelBytes, VoiceConfig Config)
{
    /// <summary>The name without its quality, such as <c>en_US-lessac</c>.</summary>
    public string ShortName { get; } = Name.LastIndexOf('-') is var dash and > 0 ? Name[..dash] : Name;
}
