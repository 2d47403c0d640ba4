using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Tandem.Tts.Api;

/// <summary>One method for each path of the contract. Every answer is JSON, errors too.</summary>
internal sealed partial class TtsHandlers(SpeechService speech, ILogger log)
{
    public async Task SpeakAsync(HttpContext http)
    {
        if (await ReadAsync(http, TtsJson.Default.TtsRequest).ConfigureAwait(false) is not { } request) return;
        await RenderAsync(http, request.Text ?? throw new SpeechException(SpeechFailure.BadRequest, "The field 'text' is missing."),
            request.Voice, request.Speed, request.Cache).ConfigureAwait(false);
    }

    public async Task SpeakPhraseAsync(HttpContext http)
    {
        if (await ReadAsync(http, TtsJson.Default.PhraseRequest).ConfigureAwait(false) is not { } request) return;
        string name = request.Phrase ?? throw new SpeechException(SpeechFailure.BadRequest, "The field 'phrase' is missing.");
        if (!Phrases.All.TryGetValue(name, out string? text))
        {
            string known = string.Join(", ", Phrases.All.Keys.Order(StringComparer.Ordinal));
            await FailAsync(http, StatusCodes.Status404NotFound, $"There is no phrase of that name. Phrases: {known}.").ConfigureAwait(false);
            return;
        }
        await RenderAsync(http, text, request.Voice, request.Speed, request.Cache).ConfigureAwait(false);
    }

    public Task VoicesAsync(HttpContext http)
    {
        IReadOnlyList<VoiceInfo> voices = speech.Voices;
        var reply = new VoicesReply(true, [.. voices.Select(v => new VoiceReply(v.Name, v.Language, v.SampleRateHz, v.Speakers, v.Engine, v.IsDefault))],
            voices.FirstOrDefault(v => v.IsDefault)?.Name);
        return http.Response.WriteAsJsonAsync(reply, TtsJson.Default.VoicesReply, cancellationToken: http.RequestAborted);
    }

    public Task HealthAsync(HttpContext http)
    {
        string status = !speech.Ready.IsCompleted ? "starting" : speech.DefaultVoice is null ? "failed" : speech.Problem is null ? "ok" : "degraded";
        if (status is "starting" or "failed") http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        (int files, long bytes) = speech.CacheUse;
        return http.Response.WriteAsJsonAsync(new HealthReply(status, speech.Problem, speech.DefaultVoice, files, bytes),
            TtsJson.Default.HealthReply, cancellationToken: http.RequestAborted);
    }

    public async Task ClearAsync(HttpContext http)
    {
        int removed = await Task.Run(speech.ClearCache).ConfigureAwait(false);
        await http.Response.WriteAsJsonAsync(new ClearReply(true, removed), TtsJson.Default.ClearReply, cancellationToken: http.RequestAborted).ConfigureAwait(false);
    }

    /// <summary>The edge: whatever goes wrong behind it is answered in JSON with a reason.</summary>
    public async Task GuardAsync(HttpContext http, RequestDelegate next)
    {
        try
        {
            await next(http).ConfigureAwait(false);
            if (http.Response.StatusCode == StatusCodes.Status404NotFound && !http.Response.HasStarted)
                await FailAsync(http, StatusCodes.Status404NotFound, "There is no such path: /tts, /tts/phrase, /voices, /health, /cache/clear.").ConfigureAwait(false);
            else if (http.Response.StatusCode == StatusCodes.Status405MethodNotAllowed && !http.Response.HasStarted)
                await FailAsync(http, StatusCodes.Status405MethodNotAllowed, $"{http.Request.Method} is not for this path; use {http.Response.Headers.Allow}.").ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client has gone: there is nobody to answer.
        }
        catch (SpeechException failure)
        {
            await FailAsync(http, StatusOf(failure.Failure), failure.Message).ConfigureAwait(false);
        }
        catch (BadHttpRequestException failure)
        {
            string reason = failure.StatusCode == StatusCodes.Status413PayloadTooLarge ? $"The body is longer than {TtsApi.MaxBodyBytes} bytes." : failure.Message;
            await FailAsync(http, failure.StatusCode, reason).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // the worker's edge: the request fails, the service does not
        catch (Exception failure)
#pragma warning restore CA1031
        {
            LogFailed(log, http.Request.Path.Value ?? "", failure);
            await FailAsync(http, StatusCodes.Status500InternalServerError, "Internal error; the appliance's log has the reason.").ConfigureAwait(false);
        }
    }

    private async Task RenderAsync(HttpContext http, string text, string? voice, double speed, bool cache)
    {
        SpeechFile file = await speech.RenderFileAsync(text, voice ?? "default", speed, cache, http.RequestAborted).ConfigureAwait(false);
        var reply = new TtsReply(true, file.Path, file.Cached, Math.Round(file.Duration.TotalSeconds, 3));
        await http.Response.WriteAsJsonAsync(reply, TtsJson.Default.TtsReply, cancellationToken: http.RequestAborted).ConfigureAwait(false);
    }

    /// <summary>The request's JSON; null when it has been refused.</summary>
    private static async Task<T?> ReadAsync<T>(HttpContext http, JsonTypeInfo<T> type) where T : class
    {
        if (!http.Request.HasJsonContentType())
        {
            await FailAsync(http, StatusCodes.Status415UnsupportedMediaType, "Send the request as JSON, with Content-Type: application/json.").ConfigureAwait(false);
            return null;
        }
        try
        {
            return await JsonSerializer.DeserializeAsync(http.Request.Body, type, http.RequestAborted).ConfigureAwait(false)
                ?? throw new JsonException("null is no request");
        }
        catch (JsonException failure)
        {
            string where = string.IsNullOrEmpty(failure.Path) || failure.Path == "$" ? "" : $" at {failure.Path}";
            await FailAsync(http, StatusCodes.Status400BadRequest, $"The body is not the JSON that is expected{where}.").ConfigureAwait(false);
            return null;
        }
    }

    private static async Task FailAsync(HttpContext http, int status, string reason)
    {
        if (http.Response.HasStarted)
        {
            http.Abort();
            return;
        }
        http.Response.StatusCode = status;
        if (status == StatusCodes.Status503ServiceUnavailable) http.Response.Headers.RetryAfter = "1";
        await http.Response.WriteAsJsonAsync(new ErrorReply(false, reason), TtsJson.Default.ErrorReply).ConfigureAwait(false);
    }

    private static int StatusOf(SpeechFailure failure) => failure switch
    {
        SpeechFailure.BadRequest => StatusCodes.Status400BadRequest,
        SpeechFailure.UnknownVoice => StatusCodes.Status404NotFound,
        _ => StatusCodes.Status503ServiceUnavailable,
    };

    [LoggerMessage(Level = LogLevel.Error, Message = "A request for {Path} failed")]
    private static partial void LogFailed(ILogger logger, string path, Exception failure);
}
