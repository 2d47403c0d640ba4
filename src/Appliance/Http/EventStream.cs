using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Tandem.Events;

namespace Tandem.Http;

/// <summary><c>GET /events</c>: what happens, as server-sent events (the HTML standard, §9.2).</summary>
/// <param name="hub">Where it happens.</param>
/// <param name="heartbeat">A comment is sent so often, and it is asked again whether the caller may still watch.</param>
/// <param name="stopping">The appliance stops: streams end.</param>
internal sealed class EventStream(EventHub hub, TimeSpan heartbeat, CancellationToken stopping)
{
    public const string Route = "/events", Scope = "events:read";

    /// <summary>Streams open at a time.</summary>
    private const int Most = 200;

    private int _open;

    /// <param name="http">The request.</param>
    /// <param name="mayStill">Whether its log-in is still good.</param>
    /// <exception cref="ApiException">There are too many watchers.</exception>
    public async Task ServeAsync(HttpContext http, Func<Task<bool>> mayStill)
    {
        try
        {
            if (Interlocked.Increment(ref _open) > Most) throw new ApiException(503, "Too many watch already.", "Close some.") { RetryAfter = TimeSpan.FromSeconds(30) };
            using var end = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
            await StreamAsync(http, mayStill, end.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The watcher left, or the appliance stops.
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    private async Task StreamAsync(HttpContext http, Func<Task<bool>> mayStill, CancellationToken end)
    {
        string[] kinds = http.Request.Query["kind"].ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        string? asked = http.Request.Headers["Last-Event-ID"] is [{ Length: > 0 } last] ? last : null;
        (long? after, bool otherRun) = Position(asked);
        using EventSubscription watcher = hub.Watch(after);
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["X-Accel-Buffering"] = "no";    // proxies pass it on at once
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        await WriteAsync(http, ": watching\nretry: 2000\n\n", end).ConfigureAwait(false);
        if (otherRun || watcher.HasGap) await WriteAsync(http, $"id: {hub.Run}-{(watcher.Missed.Count > 0 ? watcher.Missed[0].Number - 1 : hub.Last)}\nevent: gap\ndata: {{}}\n\n", end).ConfigureAwait(false);
        foreach (NumberedEvent missed in watcher.Missed) await WriteAsync(http, missed, kinds, end).ConfigureAwait(false);
        using var clock = new PeriodicTimer(heartbeat);
        Task<bool> beat = clock.WaitForNextTickAsync(end).AsTask(), more = watcher.New.WaitToReadAsync(end).AsTask();
        while (true)
        {
            if (await Task.WhenAny(more, beat).ConfigureAwait(false) == beat)
            {
                await beat.ConfigureAwait(false);
                if (!await mayStill().ConfigureAwait(false)) return;
                await WriteAsync(http, ": still here\n\n", end).ConfigureAwait(false);
                beat = clock.WaitForNextTickAsync(end).AsTask();
                continue;
            }
            if (!await more.ConfigureAwait(false)) return;    // it fell behind and comes back with Last-Event-ID
            while (watcher.New.TryRead(out NumberedEvent e)) await WriteAsync(http, e, kinds, end).ConfigureAwait(false);
            more = watcher.New.WaitToReadAsync(end).AsTask();
        }
    }

    /// <summary>Numbers of another run say nothing here.</summary>
    private (long? After, bool OtherRun) Position(string? id)
    {
        if (id?.Split('-') is not [var run, var number]) return (null, id is not null);
        return run == hub.Run && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long after) ? (after, false) : (null, true);
    }

    private Task WriteAsync(HttpContext http, NumberedEvent e, string[] kinds, CancellationToken end)
    {
        if (kinds.Length > 0 && !kinds.Any(kind => e.Event.Kind.StartsWith(kind, StringComparison.Ordinal))) return Task.CompletedTask;
        string data = JsonSerializer.Serialize(new { kind = e.Event.Kind, at = e.Event.At, data = e.Event.Data }, ApiJson.Options);
        return WriteAsync(http, string.Create(CultureInfo.InvariantCulture, $"id: {hub.Run}-{e.Number}\nevent: {e.Event.Kind}\ndata: {data}\n\n"), end);
    }

    private static async Task WriteAsync(HttpContext http, string text, CancellationToken end)
    {
        await http.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), end).ConfigureAwait(false);
        await http.Response.Body.FlushAsync(end).ConfigureAwait(false);
    }
}
