using System.Collections.Frozen;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Tandem.Tts.Voices;

/// <summary>The voices there are: Piper voices in the folders, and espeak-ng's own for any other language it knows.</summary>
/// <remarks>Thread-safe. A voice copied into a folder while the appliance runs is found when it is first asked for.</remarks>
/// <param name="folders">Later folders win where two hold a voice of one name; a folder may be missing.</param>
/// <param name="preferred">What <c>default</c> means; <c>default</c> itself picks the first voice.</param>
/// <param name="espeakLanguages">The languages that espeak-ng speaks; asked only when no Piper voice fits.</param>
internal sealed partial class VoiceCatalog(IReadOnlyList<string> folders, string preferred, Func<IReadOnlySet<string>> espeakLanguages, ILogger log)
{
    public const string Default = "default";
    public const string EspeakPrefix = "espeak-ng:";

    private FrozenDictionary<string, VoiceFile> _voices = Scan(folders, log);
    private volatile string _default = preferred;

    /// <summary>Every Piper voice, by name.</summary>
    public IReadOnlyList<VoiceFile> Files => [.. _voices.Values.OrderBy(v => v.Name, StringComparer.Ordinal)];

    /// <summary>From now on <c>default</c> means this voice, since the chosen one does not speak.</summary>
    public void SpeakInstead(string voice) => _default = voice;

    /// <summary>Looks at the folders again.</summary>
    public void Refresh() => _voices = Scan(folders, log);

    /// <summary>
    /// Finds a voice by its full name, by its name without the quality (<c>en_US-lessac</c>), by language (<c>en_US</c>, <c>de</c>), as
    /// <c>VOICE#SPEAKER</c> (a name or a number), or as <c>espeak-ng:LANGUAGE</c>.
    /// </summary>
    /// <exception cref="SpeechException">There is no such voice; the message names those there are.</exception>
    public VoiceChoice Find(string? name)
    {
        string wanted = string.IsNullOrWhiteSpace(name) ? Default : name.Trim();
        if (TryFind(wanted, out VoiceChoice? choice)) return choice;
        Refresh();
        return TryFind(wanted, out choice) ? choice : throw Unknown(wanted.Equals(Default, StringComparison.OrdinalIgnoreCase) ? _default : wanted);
    }

    public IReadOnlyList<VoiceInfo> List()
    {
        Refresh();
        string? standard = TryFind(Default, out VoiceChoice? chosen) ? chosen.Name : null;
        IEnumerable<VoiceInfo> piper = Files.Select(v => new VoiceInfo(v.Name, v.Config.EspeakLanguage, v.Config.SampleRateHz,
            [.. v.Config.Speakers.OrderBy(s => s.Value).Select(s => s.Key)], "piper", standard == v.Name || standard?.StartsWith(v.Name + "#", StringComparison.Ordinal) == true));
        string language = Files.Count > 0 ? Files[0].Config.EspeakLanguage : "en-us";
        string fallback = EspeakPrefix + language;
        return [.. piper, new VoiceInfo(fallback, language, EspeakVoice.SampleRateHz, [], "espeak-ng", standard == fallback)];
    }

    private bool TryFind(string wanted, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out VoiceChoice? choice)
    {
        choice = null;
        if (wanted.Equals(Default, StringComparison.OrdinalIgnoreCase))
        {
            if (!_default.Equals(Default, StringComparison.OrdinalIgnoreCase)) return TryFind(_default, out choice);
            choice = Files.Count > 0 ? new VoiceChoice(Files[0].Name, Files[0], 0, Files[0].Config.EspeakLanguage) : Espeak("en-us");
            return true;
        }
        if (wanted.StartsWith(EspeakPrefix, StringComparison.OrdinalIgnoreCase))
        {
            string language = wanted[EspeakPrefix.Length..].ToLowerInvariant();
            if (espeakLanguages().Contains(language)) choice = Espeak(language);
            return choice is not null;
        }
        int hash = wanted.IndexOf('#', StringComparison.Ordinal);
        if (FindFile(hash < 0 ? wanted : wanted[..hash]) is { } file) choice = Speaker(file, hash < 0 ? null : wanted[(hash + 1)..]);
        else if (hash < 0 && espeakLanguages().Contains(Tag(wanted))) choice = Espeak(Tag(wanted));
        return choice is not null;
    }

    private VoiceFile? FindFile(string name) =>
        _voices.TryGetValue(name, out VoiceFile? exact) ? exact
        : Files.FirstOrDefault(v => v.ShortName.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? Files.FirstOrDefault(v => Tag(v.Config.LanguageCode) == Tag(name) || v.Config.EspeakLanguage == Tag(name))
        ?? Files.FirstOrDefault(v => v.Config.EspeakLanguage.StartsWith(Tag(name) + "-", StringComparison.Ordinal));

    private static VoiceChoice? Speaker(VoiceFile file, string? speaker)
    {
        if (speaker is null) return new VoiceChoice(file.Name, file, 0, file.Config.EspeakLanguage);
        bool known = file.Config.Speakers.TryGetValue(speaker, out int number)
            || (int.TryParse(speaker, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number < Math.Max(1, file.Config.SpeakerCount));
        return known ? new VoiceChoice(FormattableString.Invariant($"{file.Name}#{number}"), file, number, file.Config.EspeakLanguage) : null;
    }

    private static VoiceChoice Espeak(string language) => new(EspeakPrefix + language, null, 0, language);

    /// <summary><c>en_US</c> as espeak-ng writes it: <c>en-us</c>.</summary>
    private static string Tag(string language) => language.Replace('_', '-').ToLowerInvariant();

    private SpeechException Unknown(string wanted)
    {
        string name = wanted.Length > 80 ? wanted[..80] + "…" : wanted;
        IEnumerable<string> known = Files.Select(v => v.Config.Speakers.Count > 1 ? $"{v.Name} (#{string.Join(", #", v.Config.Speakers.Keys.Order(StringComparer.Ordinal).Take(20))})" : v.Name);
        return new SpeechException(SpeechFailure.UnknownVoice,
            $"There is no voice '{name}'. Voices: {string.Join(", ", known.Prepend(Default))}, {EspeakPrefix}LANGUAGE.");
    }

    private static FrozenDictionary<string, VoiceFile> Scan(IReadOnlyList<string> folders, ILogger log)
    {
        var found = new Dictionary<string, VoiceFile>(StringComparer.OrdinalIgnoreCase);
        foreach (string folder in folders.Where(Directory.Exists))
        {
            foreach (string model in Directory.EnumerateFiles(folder, "*.onnx").Order(StringComparer.Ordinal))
            {
                string name = Path.GetFileNameWithoutExtension(model);
                try
                {
                    found[name] = new VoiceFile(name, Path.GetFullPath(model), new FileInfo(model).Length, VoiceConfig.Parse(File.ReadAllBytes(model + ".json")));
                }
                catch (Exception failure) when (failure is FormatException or IOException or UnauthorizedAccessException)
                {
                    LogUnusable(log, model, failure.Message);
                }
            }
        }
        return found.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The voice {Model} is left out: {Reason}")]
    private static partial void LogUnusable(ILogger logger, string model, string reason);
}
