using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Interop.Audio;
using Interop.Impaired;
using Interop.Peers;

namespace Interop.Browser;

/// <summary>A test telephone in a browser's page, of either library, commanded as a BaresipPhone is.</summary>
public sealed class WebPhone : IAsyncDisposable
{
    private WebPhone(Tab tab, string user)
    {
        Tab = tab;
        User = user;
    }

    public Tab Tab { get; }

    public string User { get; }

    /// <summary>What passed, with the page's own times.</summary>
    public async Task<string> LogAsync() => string.Join('\n', (await Tab.EvaluateAsync("telephone.log")).EnumerateArray().Select(line => line.GetString()));

    /// <summary>Opens the page; <see cref="RegisterAsync"/> is next.</summary>
    /// <param name="timeFrames">Times the first incoming frame before any play-out buffer (encoded streams).</param>
    public static async Task<WebPhone> OpenAsync(Chromium browser, TestPages pages, string library, string user, bool timeFrames = false)
    {
        WebPhone phone = new(await browser.OpenAsync(pages.Of(library)), user);
        if (timeFrames) await phone.Tab.EvaluateAsync("window.timeFrames = true");
        return phone;
    }

    /// <summary>The media of its calls goes through a bad network.</summary>
    /// <param name="redundancy">False: neither side asks the other for Opus' in-band FEC.</param>
    public Task DetourAsync(ImpairedPath path, bool redundancy) => Tab.EvaluateAsync(string.Create(CultureInfo.InvariantCulture,
        $"Object.assign(window, {{ detour: {{ first: {path.ServerPort}, count: {path.Count}, to: {path.Port} }}, withoutRedundancy: {(redundancy ? "false" : "true")} }}), 0"));

    /// <param name="server">ws:// or wss://</param>
    /// <param name="host">The domain of its address of record.</param>
    public Task RegisterAsync(Uri server, string host, string password = TandemSetup.Password) => DoAsync(
        $"register({JsonSerializer.Serialize(new { server = server.ToString(), host, user = User, password })})");

    /// <summary>Calls and returns when the other side has answered.</summary>
    public Task CallAsync(string target) => DoAsync($"call({Tab.Quote(target)})");

    /// <summary>Waits for a call and answers it; returns when the ACK is there.</summary>
    public Task AnswerAsync() => DoAsync("answer()");

    public Task HangUpAsync() => DoAsync("hangUp()");

    public Task HoldAsync() => DoAsync("hold()");

    public Task ResumeAsync() => DoAsync("resume()");

    public Task MuteAsync() => DoAsync("mute()");

    public Task UnmuteAsync() => DoAsync("unmute()");

    /// <summary>RFC 4733, through RTCDTMFSender.</summary>
    public Task PressAsync(string digits) => DoAsync($"press({Tab.Quote(digits)})");

    public Task PressByInfoAsync(string digits) => DoAsync($"info({Tab.Quote(digits)})");

    /// <summary>A re-INVITE with a new offer.</summary>
    public Task RenegotiateAsync(bool iceRestart = false) => DoAsync($"renegotiate({(iceRestart ? "true" : "false")})");

    /// <summary>The WebSocket is lost; the library connects again by itself.</summary>
    public Task DropAsync() => DoAsync("drop()");

    /// <summary>The WebSocket of the next call is lost instead of its ACK being sent.</summary>
    public Task LoseAckAsync() => Tab.EvaluateAsync("window.loseAck = true");

    /// <summary>It has come back after a loss.</summary>
    public Task UntilRegisteredAgainAsync() => Tab.UntilAsync("telephone.state.registrations > 1");

    public Task<bool> IsTalkingAsync() => Tab.IsAsync("telephone.isTalking()");

    public Task UntilEndedAsync(double seconds = 30) => Tab.UntilAsync("telephone.ended()", seconds);

    public async Task<WebStatistics> StatisticsAsync() => (await Tab.EvaluateAsync("telephone.stats()")).Deserialize<WebStatistics>(JsonSerializerOptions.Web)!;

    public async Task<WebTimes> TimesAsync() => (await Tab.EvaluateAsync("telephone.times")).Deserialize<WebTimes>(JsonSerializerOptions.Web)!;

    public Task ForgetAsync() => DoAsync("forget()");

    /// <summary>What it has heard since its first call, or since <see cref="ForgetAsync"/>: brought from 48 to 8 kHz by another program's filter.</summary>
    public async Task<Sound> HeardAsync() => await SoundAsync((await Tab.EvaluateAsync("telephone.recording()")).GetBytesFromBase64());

    internal static async Task<Sound> SoundAsync(byte[] samples)
    {
        string file = Path.Combine(Path.GetTempPath(), $"tandem-{Guid.NewGuid():N}.wav");
        try
        {
            await File.WriteAllBytesAsync(file, [.. Header(samples.Length), .. samples]);
            return await Sound.LoadAsync(file);
        }
        finally
        {
            File.Delete(file);
        }
    }

    public ValueTask DisposeAsync() => Tab.DisposeAsync();

    private async Task DoAsync(string what)
    {
        try
        {
            await Tab.EvaluateAsync($"(async () => {{ await telephone.{what}; }})()");
        }
        catch (InvalidOperationException e)
        {
            string log = await LogAsync();
            throw new InvalidOperationException($"{User}: {e.Message}\n--- the page's log:\n{log}", e);
        }
    }

    private static byte[] Header(int length)
    {
        byte[] header = new byte[44];
        "RIFF"u8.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(4), 36 + length);
        "WAVEfmt "u8.CopyTo(header.AsSpan(8));
        MemoryMarshal.AsBytes<int>([16, 1 | 1 << 16, 48000, 96000, 2 | 16 << 16]).CopyTo(header.AsSpan(16));
        "data"u8.CopyTo(header.AsSpan(36));
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(40), length);
        return header;
    }
}
