using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Tts;
using Tandem.Tts.Phonemes;
using Tandem.Tts.Voices;
using Xunit;

namespace Appliance.Tests.Tts;

public sealed class VoiceTests : IDisposable
{
    private const string Shipped = "en_US-slt_lite-x_low";

    private readonly string _folder = Directory.CreateTempSubdirectory("tandem-voices-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    internal static string Vector(string name)
    {
        string folder = AppContext.BaseDirectory;
        while (!Directory.Exists(Path.Combine(folder, "tests", "vectors", "piper"))) folder = Path.GetDirectoryName(folder)!;
        return File.ReadAllText(Path.Combine(folder, "tests", "vectors", "piper", name));
    }

    private static VoiceConfig Parse(string json) => VoiceConfig.Parse(Encoding.UTF8.GetBytes(json));

    private VoiceCatalog Catalog(string preferred = "default") =>
        new([SpeechService.ShippedVoices, _folder], preferred, () => new HashSet<string> { "en-us", "de" }, NullLogger.Instance);

    [Fact]
    public void The_config_of_a_real_voice_with_one_speaker_is_read()
    {
        VoiceConfig config = Parse(Vector("config-sample-en_US-lessac-medium.onnx.json"));
        Assert.Equal((22050, 1, "en-us", "en_US"), (config.SampleRateHz, config.SpeakerCount, config.EspeakLanguage, config.LanguageCode));
        Assert.Equal((0.667f, 1f, 0.8f), (config.NoiseScale, config.LengthScale, config.NoiseW));
        Assert.False(config.TextPhonemes);
        Assert.Equal([1L], config.Ids('^').ToArray());
        Assert.Equal([20L], config.Ids('h').ToArray());
        Assert.Empty(config.Speakers);
    }

    [Fact]
    public void The_config_of_a_real_voice_with_eighteen_speakers_is_read()
    {
        VoiceConfig config = Parse(Vector("config-sample-en_US-arctic-medium.onnx.json"));
        Assert.Equal((22050, 18), (config.SampleRateHz, config.SpeakerCount));
        Assert.Equal(18, config.Speakers.Count);
        Assert.Equal(2, config.Speakers["slt"]);
    }

    [Fact]
    public void What_published_configs_leave_out_has_the_value_that_Piper_gives_it()
    {
        VoiceConfig config = Parse("\uFEFF" + """{ /* by hand */ "phoneme_id_map": {"_": 0, "^": [1], "$": [2], "a": [3, 4], "ab": [9]}, "language": {"code": "de_DE"}, }""");
        Assert.Equal((22050, 1, "de-de", 0.667f), (config.SampleRateHz, config.SpeakerCount, config.EspeakLanguage, config.NoiseScale));
        Assert.Equal([3L, 4L], config.Ids('a').ToArray());
        Assert.Equal([0L], config.Ids('_').ToArray());
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"phoneme_id_map": {"a": [1]}}""")]
    [InlineData("""{"phoneme_id_map": {"_": [0], "^": [1], "$": ["x"]}}""")]
    [InlineData("""{"audio": {"sample_rate": 4}, "phoneme_id_map": {"_": [0], "^": [1], "$": [2]}}""")]
    [InlineData("""{"audio": {"sample_rate": 1e300}, "phoneme_id_map": {"_": [0], "^": [1], "$": [2]}}""")]
    public void A_file_that_is_no_config_is_refused_with_a_reason(string json) =>
        Assert.NotEmpty(Assert.Throws<FormatException>(() => Parse(json)).Message);

    [Fact]
    public void Hello_world_gives_the_published_ids()
    {
        var ids = new PhonemeIds(Parse(Vector("config-sample-en_US-lessac-medium.onnx.json")));
        Assert.Equal([1, 0, 20, 0, 59, 0, 24, 0, 120, 0, 27, 0, 100, 0, 3, 0, 35, 0, 120, 0, 62, 0, 122, 0, 24, 0, 17, 0, 10, 0, 2],
            ids.Of("həlˈoʊ wˈɜːld.", out string unknown));
        Assert.Empty(unknown);
    }

    [Fact]
    public void Espeak_and_the_rules_together_give_the_published_ids_for_the_text()
    {
        using var engine = new SpeechEngine(NullLogger.Instance, TimeSpan.FromSeconds(5));
        VoiceConfig config = Parse(Vector("config-sample-en_US-lessac-medium.onnx.json"));
        Assert.Equal("həlˈoʊ wˈɜːld.", engine.PhonemesOf("Hello world.", config));
        Assert.Equal("jˈɛs, ænd nˈoʊ; mˈeɪbiː: ɹˈiəli?", engine.PhonemesOf("Yes, and no; maybe: really?", config));
    }

    [Fact]
    public void A_code_point_that_the_voice_lacks_is_left_out_and_told_once()
    {
        var ids = new PhonemeIds(Parse("""{"phoneme_id_map": {"_": [0], "^": [1], "$": [2], "a": [3]}}"""));
        Assert.Equal([1, 0, 3, 0, 2], ids.Of("qa", out string first));
        Assert.Equal("q", first);
        ids.Of("qa", out string second);
        Assert.Empty(second);
        Assert.Empty(ids.Of("q", out _));
        Assert.Empty(ids.Of("", out _));
    }

    [Fact]
    public void A_phoneme_map_replaces_code_points_before_the_ids()
    {
        var ids = new PhonemeIds(Parse("""{"phoneme_id_map": {"_": [0], "^": [1], "$": [2], "a": [3], "b": [4]}, "phoneme_map": {"x": ["a", "b"], "a": "b"}}"""));
        Assert.Equal([1, 0, 3, 0, 4, 0, 4, 0, 2], ids.Of("xa", out _));
    }

    [Theory]
    [InlineData("ç", "c\u0327")]
    [InlineData("ẽɔ̃", "e\u0303ɔ\u0303")]
    [InlineData("ǖ", "u\u0308\u0304")]
    [InlineData("한글", "\u1112\u1161\u11ab\u1100\u1173\u11af")]
    [InlineData("が", "か\u3099")]
    [InlineData("plain", "plain")]
    public void Phonemes_are_decomposed_canonically(string composed, string decomposed) => Assert.Equal(decomposed, CanonicalDecomposition.Of(composed));

    [Theory]
    [InlineData("default", Shipped)]
    [InlineData("DEFAULT", Shipped)]
    [InlineData("", Shipped)]
    [InlineData(Shipped, Shipped)]
    [InlineData("en_US-slt_lite", Shipped)]
    [InlineData("en_US", Shipped)]
    [InlineData("en-us", Shipped)]
    [InlineData("en", Shipped)]
    [InlineData("de", "espeak-ng:de")]
    [InlineData("espeak-ng:en-us", "espeak-ng:en-us")]
    [InlineData("many", "many-medium")]
    [InlineData("many-medium#slt", "many-medium#2")]
    [InlineData("many#SLT", "many-medium#2")]
    [InlineData("many#17", "many-medium#17")]
    public void A_voice_is_found_by_name_short_name_language_and_speaker(string asked, string found)
    {
        TinyVoice.Install(_folder, "many-medium", Vector("config-sample-en_US-arctic-medium.onnx.json"));
        Assert.Equal(found, Catalog().Find(asked).Name);
    }

    [Theory]
    [InlineData("klingon")]
    [InlineData("many#18")]
    [InlineData("many#nobody")]
    [InlineData("espeak-ng:xx")]
    [InlineData("../../etc/passwd")]
    public void An_unknown_voice_is_refused_and_the_known_ones_named(string asked)
    {
        TinyVoice.Install(_folder, "many-medium", Vector("config-sample-en_US-arctic-medium.onnx.json"));
        SpeechException failure = Assert.Throws<SpeechException>(() => Catalog().Find(asked));
        Assert.Equal(SpeechFailure.UnknownVoice, failure.Failure);
        Assert.Contains(Shipped, failure.Message, StringComparison.Ordinal);
        Assert.Contains("many-medium (#aew", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_voice_dropped_in_while_running_is_found_and_one_with_a_broken_config_left_out()
    {
        VoiceCatalog catalog = Catalog();
        Assert.Throws<SpeechException>(() => catalog.Find("late"));
        TinyVoice.Install(_folder, "late-medium", Vector("config-sample-en_US-arctic-medium.onnx.json"));
        TinyVoice.Install(_folder, "broken-medium", "{");
        Assert.Equal("late-medium", catalog.Find("late").Name);
        Assert.Throws<SpeechException>(() => catalog.Find("broken"));
        Assert.Equal([Shipped, "late-medium", "espeak-ng:en-us"], catalog.List().Select(v => v.Name));
    }

    [Fact]
    public void The_operator_chooses_what_default_means()
    {
        TinyVoice.Install(_folder, "many-medium", Vector("config-sample-en_US-arctic-medium.onnx.json"));
        Assert.Equal("many-medium#2", Catalog("many#slt").Find("default").Name);
        Assert.True(Catalog("many#slt").List().Single(v => v.Name == "many-medium").IsDefault);
        Assert.Throws<SpeechException>(() => Catalog("gone").Find("default"));
    }
}
