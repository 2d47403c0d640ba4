using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Codecs.Wav;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Configuration;
using Tandem.Tts;
using Xunit;

namespace Appliance.Tests.Tts;

public sealed class TtsApiTests : IAsyncLifetime
{
    private readonly TestSpeech _speech = new();
    private readonly WebApplication _app;
    private HttpClient _http = null!;

    public TtsApiTests() => _app = TtsApi.Build(_speech.Service, new TtsApiOptions { Port = 0 }, NullLoggerFactory.Instance);

    public async ValueTask InitializeAsync()
    {
        await _app.StartAsync(TestContext.Current.CancellationToken);
        _http = new HttpClient { BaseAddress = new Uri(_app.Urls.Single()) };
        await _speech.Service.Ready;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.StopAsync(TestContext.Current.CancellationToken);
        await _app.DisposeAsync();
        _speech.Dispose();
    }

    private async Task<(HttpStatusCode Status, JsonElement Json)> Post(string path, object body) =>
        await Answer(await _http.PostAsJsonAsync(path, body, TestContext.Current.CancellationToken));

    private async Task<(HttpStatusCode Status, JsonElement Json)> Get(string path) => await Answer(await _http.GetAsync(path, TestContext.Current.CancellationToken));

    private static async Task<(HttpStatusCode Status, JsonElement Json)> Answer(HttpResponseMessage response)
    {
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        return (response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken));
    }

    private static void AssertRefused((HttpStatusCode Status, JsonElement Json) answer, HttpStatusCode status, string reason)
    {
        Assert.Equal(status, answer.Status);
        Assert.False(answer.Json.GetProperty("success").GetBoolean());
        Assert.Contains(reason, answer.Json.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_text_becomes_a_wav_file_and_the_second_request_finds_it()
    {
        var body = new { text = "Your balance is $12.50. Thank you.", voice = "default", speed = 1.0, cache = true };
        (HttpStatusCode status, JsonElement first) = await Post("/tts", body);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.True(first.GetProperty("success").GetBoolean());
        Assert.False(first.GetProperty("cached").GetBoolean());
        byte[] file = await File.ReadAllBytesAsync(first.GetProperty("file_path").GetString()!, TestContext.Current.CancellationToken);
        Assert.True(WavFile.TryRead(file, out WavInfo info));
        Assert.Equal((16000, 1, 16), (info.RateHz, info.Channels, info.BitsPerSample));
        Assert.Equal(info.Duration.TotalSeconds, first.GetProperty("duration").GetDouble(), 0.001);

        (_, JsonElement second) = await Post("/tts", body);
        Assert.True(second.GetProperty("cached").GetBoolean());
        Assert.Equal(first.GetProperty("file_path").GetString(), second.GetProperty("file_path").GetString());
        Assert.Equal(first.GetProperty("duration").GetDouble(), second.GetProperty("duration").GetDouble());
    }

    [Fact]
    public async Task Only_the_text_is_needed_and_without_the_cache_it_is_made_anew()
    {
        Assert.Equal(HttpStatusCode.OK, (await Post("/tts", new { text = "Hello world." })).Status);
        Assert.False((await Post("/tts", new { text = "Hello world.", cache = false })).Json.GetProperty("cached").GetBoolean());
        Assert.True((await Post("/tts", new { text = "Hello world." })).Json.GetProperty("cached").GetBoolean());
    }

    [Fact]
    public async Task Every_named_phrase_is_spoken()
    {
        foreach (string phrase in Phrases.All.Keys) Assert.Equal(HttpStatusCode.OK, (await Post("/tts/phrase", new { phrase })).Status);
        AssertRefused(await Post("/tts/phrase", new { phrase = "nonsense" }), HttpStatusCode.NotFound, "welcome");
        AssertRefused(await Post("/tts/phrase", new { speed = 1 }), HttpStatusCode.BadRequest, "'phrase'");
    }

    [Fact]
    public async Task Voices_health_and_clearing_the_cache_answer()
    {
        JsonElement voices = (await Get("/voices")).Json;
        Assert.Equal("en_US-slt_lite-x_low", voices.GetProperty("default").GetString());
        Assert.Equal(16000, voices.GetProperty("voices")[0].GetProperty("sample_rate").GetInt32());
        await Post("/tts", new { text = "Hello world." });
        JsonElement health = (await Get("/health")).Json;
        Assert.Equal("ok", health.GetProperty("status").GetString());
        Assert.Equal(1, health.GetProperty("cache_files").GetInt32());
        Assert.Equal(1, (await Get("/cache/clear")).Json.GetProperty("removed").GetInt32());
        Assert.False((await Post("/tts", new { text = "Hello world." })).Json.GetProperty("cached").GetBoolean());
    }

    [Fact]
    public async Task What_cannot_be_spoken_is_refused_with_the_reason()
    {
        AssertRefused(await Post("/tts", new { voice = "default" }), HttpStatusCode.BadRequest, "'text'");
        AssertRefused(await Post("/tts", new { text = "   " }), HttpStatusCode.BadRequest, "empty");
        AssertRefused(await Post("/tts", new { text = "?!" }), HttpStatusCode.BadRequest, "nothing");
        AssertRefused(await Post("/tts", new { text = new string('a', 5001) }), HttpStatusCode.BadRequest, "5000");
        AssertRefused(await Post("/tts", new { text = "Hello.", speed = 2.1 }), HttpStatusCode.BadRequest, "between 0.5 and 2");
        AssertRefused(await Post("/tts", new { text = "Hello.", speed = 0 }), HttpStatusCode.BadRequest, "between 0.5 and 2");
        AssertRefused(await Post("/tts", new { text = "Hello.", speed = "fast" }), HttpStatusCode.BadRequest, "$.speed");
        AssertRefused(await Post("/tts", new { text = "Hello.", voice = "klingon" }), HttpStatusCode.NotFound, "en_US-slt_lite-x_low");
    }

    [Fact]
    public async Task What_is_no_request_of_the_contract_is_refused_with_the_reason()
    {
        using var broken = new StringContent("{\"text\": ", Encoding.UTF8, "application/json");
        AssertRefused(await Answer(await _http.PostAsync("/tts", broken, TestContext.Current.CancellationToken)), HttpStatusCode.BadRequest, "JSON");
        using var nothing = new StringContent("null", Encoding.UTF8, "application/json");
        AssertRefused(await Answer(await _http.PostAsync("/tts", nothing, TestContext.Current.CancellationToken)), HttpStatusCode.BadRequest, "JSON");
        using var form = new StringContent("text=hello", Encoding.UTF8, "application/x-www-form-urlencoded");
        AssertRefused(await Answer(await _http.PostAsync("/tts", form, TestContext.Current.CancellationToken)), HttpStatusCode.UnsupportedMediaType, "application/json");
        AssertRefused(await Post("/tts", new { text = new string('a', TtsApi.MaxBodyBytes) }), HttpStatusCode.RequestEntityTooLarge, "bytes");
        AssertRefused(await Get("/nothing/here"), HttpStatusCode.NotFound, "/tts");
        AssertRefused(await Get("/tts"), HttpStatusCode.MethodNotAllowed, "POST");
    }
}
