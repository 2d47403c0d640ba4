using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Interop.Browser;

/// <summary>A connection to a browser by the DevTools protocol: commands with answers, and events by session.</summary>
public sealed class DevTools : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ClientWebSocket _socket = new();
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonElement>> _waiting = [];
    private readonly SemaphoreSlim _sending = new(1);
    private Task _reading = Task.CompletedTask;
    private int _last;

    /// <summary>Session, method and parameters of what the browser tells unasked.</summary>
    public event Action<string, string, JsonElement>? Told;

    public static async Task<DevTools> ConnectAsync(Uri address)
    {
        DevTools tools = new();
        await tools._socket.ConnectAsync(address, CancellationToken.None);
        tools._reading = tools.ReadAsync();
        return tools;
    }

    /// <summary>Sends a command and returns its result; throws with the browser's own words where it fails.</summary>
    public async Task<JsonElement> SendAsync(string method, JsonObject? parameters = null, string? session = null, TimeSpan? limit = null)
    {
        int id = Interlocked.Increment(ref _last);
        TaskCompletionSource<JsonElement> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[id] = answer;
        JsonObject message = new() { ["id"] = id, ["method"] = method, ["params"] = parameters ?? [] };
        if (session is not null) message["sessionId"] = session;
        await _sending.WaitAsync();
        try
        {
            await _socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(message), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        }
        finally
        {
            _sending.Release();
        }
        try
        {
            return await answer.Task.WaitAsync(limit ?? Patience);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"the browser did not answer {method}");
        }
        finally
        {
            _waiting.TryRemove(id, out _);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Abort();
        await _reading;
        _socket.Dispose();
        _sending.Dispose();
    }

    private async Task ReadAsync()
    {
        using MemoryStream message = new();
        byte[] buffer = new byte[64 * 1024];
        try
        {
            while (true)
            {
                ValueWebSocketReceiveResult part = await _socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
                if (part.MessageType == WebSocketMessageType.Close) break;
                message.Write(buffer, 0, part.Count);
                if (!part.EndOfMessage) continue;
                Take(message.GetBuffer().AsMemory(0, (int)message.Length));
                message.SetLength(0);
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Closed by us, or the browser ended: whoever waits is told below.
        }
        foreach (TaskCompletionSource<JsonElement> answer in _waiting.Values) answer.TrySetException(new InvalidOperationException("the browser is gone"));
    }

    private void Take(ReadOnlyMemory<byte> message)
    {
        using JsonDocument document = JsonDocument.Parse(message);
        JsonElement root = document.RootElement;
        if (root.TryGetProperty("id", out JsonElement id))
        {
            if (!_waiting.TryGetValue(id.GetInt32(), out TaskCompletionSource<JsonElement>? answer)) return;
            if (root.TryGetProperty("error", out JsonElement error)) answer.TrySetException(new InvalidOperationException(error.GetProperty("message").GetString()));
            else answer.TrySetResult(root.GetProperty("result").Clone());
            return;
        }
        string session = root.TryGetProperty("sessionId", out JsonElement of) ? of.GetString()! : "";
        Told?.Invoke(session, root.GetProperty("method").GetString()!, root.GetProperty("params").Clone());
    }
}
