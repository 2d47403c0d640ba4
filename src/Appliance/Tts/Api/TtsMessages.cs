using System.Text.Json.Serialization;

namespace Tandem.Tts.Api;

internal sealed record TtsRequest(string? Text, string? Voice = "default", double Speed = 1.0, bool Cache = true);

internal sealed record PhraseRequest(string? Phrase, string? Voice = "default", double Speed = 1.0, bool Cache = true);

/// <param name="Success">Always true.</param>
/// <param name="FilePath">Absolute path of a WAV file on the appliance's disk.</param>
/// <param name="Cached">True when the file was there before.</param>
/// <param name="Duration">Seconds.</param>
internal sealed record TtsReply(bool Success, string FilePath, bool Cached, double Duration);

internal sealed record ErrorReply(bool Success, string Error);

internal sealed record VoiceReply(string Name, string Language, int SampleRate, IReadOnlyList<string> Speakers, string Engine, bool Default);

internal sealed record VoicesReply(bool Success, IReadOnlyList<VoiceReply> Voices, string? Default);

internal sealed record HealthReply(string Status, string? Problem, string? DefaultVoice, int CacheFiles, long CacheBytes);

internal sealed record ClearReply(bool Success, int Removed);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, PropertyNameCaseInsensitive = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TtsRequest))]
[JsonSerializable(typeof(PhraseRequest))]
[JsonSerializable(typeof(TtsReply))]
[JsonSerializable(typeof(ErrorReply))]
[JsonSerializable(typeof(VoicesReply))]
[JsonSerializable(typeof(HealthReply))]
[JsonSerializable(typeof(ClearReply))]
internal sealed partial class TtsJson : JsonSerializerContext;
