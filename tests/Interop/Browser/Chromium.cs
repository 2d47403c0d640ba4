using System.Text.Json;
using System.Text.Json.Nodes;
using Interop.Audio;
using Interop.Peers;

namespace Interop.Browser;

/// <summary>Debian's Chromium without a window, with a fake microphone that says a known text over and over.</summary>
public sealed class Chromium : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();
    private readonly ChildProcess _process;
    private readonly DevTools _tools;

    private Chromium(TemporaryFolder folder, ChildProcess process, DevTools tools, Sound says)
    {
        _folder = folder;
        _process = process;
        _tools = tools;
        Says = says;
    }

    /// <summary>What its microphone says, from the beginning each time it is opened.</summary>
    public Sound Says { get; }

    public static async Task<Chromium> StartAsync(Sound says)
    {
        TemporaryFolder folder = new();
        await says.SaveAsync(folder.File("says.wav"));
        ChildProcess process = ChildProcess.Start("chromium",
        [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking", "--disable-component-update",
            "--disable-sync", "--disable-quic", "--disable-extensions", "--disable-default-apps", "--mute-audio=false",
            // A page of a test is never the one in front.
            "--disable-background-timer-throttling", "--disable-backgrounding-occluded-windows", "--disable-renderer-backgrounding",
            "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", $"--use-file-for-fake-audio-capture={folder.File("says.wav")}",
            "--autoplay-policy=no-user-gesture-required", "--allow-loopback-in-peer-connection", "--ignore-certificate-errors",
            "--disable-features=WebRtcHideLocalIpsWithMdns", "--remote-debugging-port=0", $"--user-data-dir={folder.File("profile")}", "about:blank",
        ]);
        try
        {
            await process.PrintedAsync("DevTools listening on ", Patience);
            string address = process.Output.Split('\n').First(line => line.Contains("DevTools listening on ", StringComparison.Ordinal)).Split(' ')[^1].Trim();
            return new Chromium(folder, process, await DevTools.ConnectAsync(new Uri(address)), says);
        }
        catch
        {
            await process.DisposeAsync();
            folder.Dispose();
            throw;
        }
    }

    /// <summary>A page of its own, with storage of its own.</summary>
    public async Task<Tab> OpenAsync(Uri address)
    {
        string context = Text(await _tools.SendAsync("Target.createBrowserContext", new JsonObject { ["disposeOnDetach"] = true }), "browserContextId");
        string target = Text(await _tools.SendAsync("Target.createTarget", new JsonObject { ["url"] = "about:blank", ["browserContextId"] = context }), "targetId");
        string session = Text(await _tools.SendAsync("Target.attachToTarget", new JsonObject { ["targetId"] = target, ["flatten"] = true }), "sessionId");
        Tab tab = new(_tools, session, context);
        await tab.BeginAsync();
        await tab.GoAsync(address);
        return tab;
    }

    public async ValueTask DisposeAsync()
    {
        await _tools.DisposeAsync();
        await _process.StopAsync(TimeSpan.FromSeconds(5));
        await _process.DisposeAsync();
        _folder.Dispose();
    }

    private static string Text(JsonElement result, string name) => result.GetProperty(name).GetString()!;
}
