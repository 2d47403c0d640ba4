using System.Collections.Frozen;
using System.Text;
using System.Text.Json;

namespace Tandem.Tts.Voices;

/// <summary>What a Piper voice's <c>.onnx.json</c> says. Immutable.</summary>
/// <remarks>Published files differ in which sections they have, so all but the phoneme ids has the default that Piper gives it.</remarks>
internal sealed class VoiceConfig
{
    private static readonly JsonDocumentOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    private readonly FrozenDictionary<int, long[]> _ids;
    private readonly FrozenDictionary<int, Rune[]> _map;

    private VoiceConfig(JsonElement root)
    {
        JsonElement audio = Section(root, "audio"), inference = Section(root, "inference");
        SampleRateHz = (int)Number(audio, "sample_rate", 22050);
        NoiseScale = (float)Number(inference, "noise_scale", 0.667);
        LengthScale = (float)Number(inference, "length_scale", 1);
        NoiseW = (float)Number(inference, "noise_w", 0.8);
        SpeakerCount = (int)Number(root, "num_speakers", 1);
        LanguageCode = Text(Section(root, "language"), "code") ?? "";
        EspeakLanguage = Text(Section(root, "espeak"), "voice") ?? (LanguageCode.Length > 0 ? LanguageCode.Replace('_', '-').ToLowerInvariant() : "en-us");
        TextPhonemes = Text(root, "phoneme_type") == "text";
        Speakers = Members(root, "speaker_id_map").Where(s => s.Value.ValueKind == JsonValueKind.Number)
            .ToFrozenDictionary(s => s.Name, s => s.Value.GetInt32(), StringComparer.OrdinalIgnoreCase);
        _ids = Members(root, "phoneme_id_map").Where(m => IsOneRune(m.Name)).ToFrozenDictionary(m => First(m.Name), m => Numbers(m.Value));
        _map = Members(root, "phoneme_map").Where(m => IsOneRune(m.Name)).ToFrozenDictionary(m => First(m.Name), m => Runes(m.Value));
    }

    public int SampleRateHz { get; }
    public float NoiseScale { get; }
    public float LengthScale { get; }
    public float NoiseW { get; }
    public int SpeakerCount { get; }

    /// <summary>Such as <c>en_US</c>; empty when the file does not say.</summary>
    public string LanguageCode { get; }

    /// <summary>The language to ask espeak-ng for.</summary>
    public string EspeakLanguage { get; }

    /// <summary>True when the letters of the text are the phonemes and espeak-ng has no part.</summary>
    public bool TextPhonemes { get; }

    public FrozenDictionary<string, int> Speakers { get; }

    /// <exception cref="FormatException">Why the file cannot be used.</exception>
    public static VoiceConfig Parse(ReadOnlyMemory<byte> json)
    {
        if (json.Span.StartsWith("\uFEFF"u8)) json = json[3..];
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, Lenient);
            var config = new VoiceConfig(document.RootElement);
            return config.Problem() is { } problem ? throw new FormatException(problem) : config;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or OverflowException or ArgumentException)
        {
            throw new FormatException($"not a Piper voice's config: {failure.Message}", failure);
        }
    }

    /// <summary>The ids of one code point; empty when the voice lacks it.</summary>
    public ReadOnlySpan<long> Ids(Rune rune) => _ids.TryGetValue(rune.Value, out long[]? ids) ? ids : [];

    /// <summary>The ids of a mark such as <c>^</c>.</summary>
    public ReadOnlySpan<long> Ids(char mark) => Ids(new Rune(mark));

    /// <summary>What stands for a code point in this voice: itself, unless <c>phoneme_map</c> has it.</summary>
    public ReadOnlySpan<Rune> Mapped(in Rune rune) => _map.TryGetValue(rune.Value, out Rune[]? mapped) ? mapped : new ReadOnlySpan<Rune>(in rune);

    private string? Problem() =>
        _ids.Count == 0 ? "phoneme_id_map is missing or empty"
        : Ids('^').IsEmpty || Ids('_').IsEmpty || Ids('$').IsEmpty ? "phoneme_id_map lacks '^', '_' or '$'"
        : SampleRateHz is < 8000 or > 192_000 ? $"audio.sample_rate {SampleRateHz} is not within 8000 to 192000"
        : SpeakerCount is < 0 or > 100_000 ? $"num_speakers {SpeakerCount} is out of range"
        : null;

    private static JsonElement Section(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out JsonElement section) ? section : default;

    private static IEnumerable<JsonProperty> Members(JsonElement parent, string name)
    {
        JsonElement section = Section(parent, name);
        return section.ValueKind == JsonValueKind.Object ? section.EnumerateObject().DistinctBy(m => m.Name) : [];
    }

    private static double Number(JsonElement parent, string name, double fallback)
    {
        JsonElement value = Section(parent, name);
        return value.ValueKind == JsonValueKind.Number && double.IsFinite(value.GetDouble()) ? value.GetDouble() : fallback;
    }

    private static string? Text(JsonElement parent, string name)
    {
        JsonElement value = Section(parent, name);
        return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
    }

    private static long[] Numbers(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => [value.GetInt64()],
        JsonValueKind.Array => [.. value.EnumerateArray().Select(n => n.GetInt64())],
        _ => [],
    };

    private static Rune[] Runes(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => [.. value.GetString()!.EnumerateRunes()],
        JsonValueKind.Array => [.. value.EnumerateArray().SelectMany(s => (s.GetString() ?? "").EnumerateRunes())],
        _ => [],
    };

    private static bool IsOneRune(string name) => Rune.DecodeFromUtf16(name, out Rune _, out int consumed) == System.Buffers.OperationStatus.Done && consumed == name.Length;

    private static int First(string name) => Rune.GetRuneAt(name, 0).Value;
}
