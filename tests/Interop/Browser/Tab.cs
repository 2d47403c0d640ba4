using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Interop.Browser;

/// <summary>One page of a browser: goes places, runs script, clicks and types as a person does, and keeps what the page complained of.</summary>
public sealed class Tab : IAsyncDisposable
{
    private readonly DevTools _tools;
    private readonly string _session, _context;
    private readonly ConcurrentQueue<string> _complaints = [];
    private TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal Tab(DevTools tools, string session, string context)
    {
        _tools = tools;
        _session = session;
        _context = context;
        tools.Told += OnTold;
    }

    /// <summary>Errors of the console and exceptions that nobody caught.</summary>
    public IReadOnlyCollection<string> Complaints => _complaints;

    internal async Task BeginAsync()
    {
        await SendAsync("Page.enable");
        await SendAsync("Runtime.enable");
        await SendAsync("Log.enable");
    }

    public async Task GoAsync(Uri address)
    {
        _loaded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        JsonElement answer = await SendAsync("Page.navigate", new JsonObject { ["url"] = address.ToString() });
        if (answer.TryGetProperty("errorText", out JsonElement error)) throw new InvalidOperationException($"{address}: {error.GetString()}");
        await _loaded.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    /// <summary>As the reload button does, without asking whether the page may be left.</summary>
    public async Task ReloadAsync()
    {
        _loaded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await SendAsync("Page.reload");
        await _loaded.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    /// <summary>The value of an expression; a promise is awaited. Throws with the page's own words.</summary>
    public async Task<JsonElement> EvaluateAsync(string expression, TimeSpan? limit = null)
    {
        JsonElement answer = await SendAsync("Runtime.evaluate", new JsonObject
        {
            ["expression"] = expression,
            ["awaitPromise"] = true,
            ["returnByValue"] = true,
            ["userGesture"] = true,
        }, limit);
        if (answer.TryGetProperty("exceptionDetails", out JsonElement details))
        {
            string words = details.TryGetProperty("exception", out JsonElement thrown) && thrown.TryGetProperty("description", out JsonElement said)
                ? said.GetString()! : details.GetRawText();
            throw new InvalidOperationException($"{expression}: {words}");
        }
        return answer.GetProperty("result").TryGetProperty("value", out JsonElement value) ? value : default;
    }

    public async Task<bool> IsAsync(string condition) => (await EvaluateAsync($"!!({condition})")).GetBoolean();

    /// <summary>What a person reads in an element.</summary>
    public async Task<string> ReadAsync(string selector) => (await EvaluateAsync($"document.querySelector({Quote(selector)}).innerText")).GetString()!.Trim();

    public Task UntilAsync(string condition, double seconds = 30) =>
        Peers.Clock.UntilAsync(() => IsAsync(condition), seconds, () => $"never came: {condition}; complaints: {string.Join(" | ", Complaints)}");

    /// <summary>Clicks the middle of an element where it can be seen; what lies over it would get the click.</summary>
    public async Task ClickAsync(string selector)
    {
        await UntilAsync($"(() => {{ const e = document.querySelector({Quote(selector)}); return e && !e.disabled && e.getClientRects().length; }})()");
        JsonElement at = await EvaluateAsync($$"""
            (() => {
              const e = document.querySelector({{Quote(selector)}});
              e.scrollIntoView({ block: 'nearest' });
              const box = e.getBoundingClientRect(), x = box.x + box.width / 2, y = box.y + box.height / 2, top = document.elementFromPoint(x, y);
              if (!e.contains(top)) throw new Error(`${ {{Quote(selector)}} } lies under ${top?.id || top?.tagName}`);
              return [x, y];
            })()
            """);
        foreach (string kind in (string[])["mouseMoved", "mousePressed", "mouseReleased"])
        {
            await SendAsync("Input.dispatchMouseEvent", new JsonObject
            {
                ["type"] = kind,
                ["x"] = at[0].GetDouble(),
                ["y"] = at[1].GetDouble(),
                ["button"] = kind == "mouseMoved" ? "none" : "left",
                ["clickCount"] = kind == "mouseMoved" ? 0 : 1,
            });
        }
    }

    public async Task TypeAsync(string selector, string text)
    {
        await ClickAsync(selector);
        await SendAsync("Input.insertText", new JsonObject { ["text"] = text });
    }

    /// <summary>A key, by its DOM name: 9, Enter, Escape.</summary>
    public async Task KeyAsync(string key)
    {
        bool printed = key.Length == 1;
        JsonObject Event(string type) => new()
        {
            ["type"] = type,
            ["key"] = key,
            ["code"] = printed && char.IsAsciiDigit(key[0]) ? $"Digit{key}" : key,
            ["windowsVirtualKeyCode"] = key switch { "Enter" => 13, "Escape" => 27, _ when printed => char.ToUpperInvariant(key[0]), _ => 0 },
            ["text"] = type == "keyDown" ? key == "Enter" ? "\r" : printed ? key : "" : "",
        };
        await SendAsync("Input.dispatchKeyEvent", Event("keyDown"));
        await SendAsync("Input.dispatchKeyEvent", Event("keyUp"));
    }

    /// <summary>The window's size in CSS pixels, and whether the system is dark.</summary>
    public async Task LookAsync(int width, int height, bool dark)
    {
        await SendAsync("Emulation.setDeviceMetricsOverride", new JsonObject { ["width"] = width, ["height"] = height, ["deviceScaleFactor"] = 1, ["mobile"] = width < 600 });
        await SendAsync("Emulation.setEmulatedMedia", new JsonObject
        {
            ["features"] = new JsonArray(new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = dark ? "dark" : "light" }),
        });
    }

    /// <summary>PNG.</summary>
    public async Task<byte[]> ScreenshotAsync() => (await SendAsync("Page.captureScreenshot")).GetProperty("data").GetBytesFromBase64();

    public async ValueTask DisposeAsync()
    {
        _tools.Told -= OnTold;
        await _tools.SendAsync("Target.disposeBrowserContext", new JsonObject { ["browserContextId"] = _context });
    }

    internal static string Quote(string text) => JsonSerializer.Serialize(text);

    private Task<JsonElement> SendAsync(string method, JsonObject? parameters = null, TimeSpan? limit = null) => _tools.SendAsync(method, parameters, _session, limit);

    private void OnTold(string session, string method, JsonElement what)
    {
        if (session != _session) return;
        switch (method)
        {
            case "Page.loadEventFired":
                _loaded.TrySetResult();
                break;
            case "Page.javascriptDialogOpening":
                _ = SendAsync("Page.handleJavaScriptDialog", new JsonObject { ["accept"] = true });
                break;
            case "Runtime.exceptionThrown":
                _complaints.Enqueue(what.GetProperty("exceptionDetails").GetRawText());
                break;
            case "Runtime.consoleAPICalled" when what.GetProperty("type").GetString() is "error" or "assert":
                _complaints.Enqueue(string.Create(CultureInfo.InvariantCulture, $"console: {what.GetProperty("args").GetRawText()}"));
                break;
            case "Log.entryAdded" when what.GetProperty("entry").GetProperty("level").GetString() == "error":
                _complaints.Enqueue(what.GetProperty("entry").GetProperty("text").GetString()!);
                break;
        }
    }
}
