using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using Sip.Core.Sdp;

namespace Tandem.Configuration;

/// <summary>A codec as people name it in settings and preferences; in JSON its name.</summary>
[JsonConverter(typeof(JsonName))]
public sealed record CodecName
{
    private CodecName(string name, params IReadOnlyList<AudioFormat> formats) => (Name, Formats) = (name, formats);

    /// <summary>Every codec that can be named, in the order that a host without settings prefers them.</summary>
    public static IReadOnlyList<CodecName> All { get; } =
    [
        new("opus", AudioFormat.Opus), new("g722", AudioFormat.G722), new("pcmu", AudioFormat.Pcmu), new("pcma", AudioFormat.Pcma),
        new("l16", AudioFormat.L16Wide, AudioFormat.L16),
    ];

    /// <summary>What a host offers without settings: linear sound costs much and is spoken by few.</summary>
    public static IReadOnlyList<CodecName> Usual { get; } = [.. All.Where(codec => codec.Name != "l16")];

    /// <summary>In lower case.</summary>
    public string Name { get; }

    /// <summary>What it is in SDP, the best first.</summary>
    public IReadOnlyList<AudioFormat> Formats { get; }

    /// <summary>The names that are taken, for messages.</summary>
    public static string Known => string.Join(", ", All.Select(codec => codec.Name));

    public static bool TryParse(string text, [NotNullWhen(true)] out CodecName? codec)
    {
        codec = All.FirstOrDefault(known => known.Name.Equals(text.Trim(), StringComparison.OrdinalIgnoreCase));
        return codec is not null;
    }

    /// <summary>Reads <c>opus,g722,pcma</c>: each once, at least one.</summary>
    public static bool TryParseList(string text, out IReadOnlyList<CodecName> codecs)
    {
        List<CodecName> list = [];
        codecs = list;
        foreach (string name in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!TryParse(name, out CodecName? codec) || list.Contains(codec)) return false;
            list.Add(codec);
        }
        return list.Count > 0;
    }

    public override string ToString() => Name;

    private sealed class JsonName : JsonConverter<CodecName>
    {
        public override CodecName Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            TryParse(reader.GetString() ?? "", out CodecName? codec) ? codec : throw new JsonException("not the name of a codec");

        public override void Write(Utf8JsonWriter writer, CodecName value, JsonSerializerOptions options) => writer.WriteStringValue(value.Name);
    }
}
