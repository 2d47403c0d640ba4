using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Interop.Peers;

/// <summary>
/// The appliance as it is delivered: its own program with a data folder of its own, started, watched, killed and started again.
/// TANDEM_BINARY names another build of it.
/// </summary>
public sealed class TandemProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();
    private readonly TandemSetup _setup;
    private readonly HttpClient _http;
    private readonly List<ChildProcess> _ended = [];
    private ChildProcess? _process;

    private TandemProcess(TandemSetup setup)
    {
        _setup = setup;
        SipPort = Ports.Sip();
        TlsPort = Ports.Sip();
        TtsPort = Ports.Sip();
        WebPort = Ports.Sip();
        WebTlsPort = Ports.Sip();
        MediaPort = Ports.Rtp(setup.MediaPorts);
        Database = new Rows(setup.DatabaseUrl, Path.Combine(DataFolder, "tandem.db"));
        _http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancel) =>
            {
                Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(DataFolder, "tandem.sock")), cancel);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        })
        { BaseAddress = new Uri("http://tandem"), Timeout = TimeSpan.FromSeconds(10) };
    }

    /// <summary>UDP and TCP.</summary>
    public int SipPort { get; }

    public int TlsPort { get; }

    public int TtsPort { get; }

    /// <summary>HTTP and SIP over WS.</summary>
    public int WebPort { get; }

    /// <summary>HTTPS and SIP over WSS.</summary>
    public int WebTlsPort { get; }

    /// <summary>The first of its media ports.</summary>
    public int MediaPort { get; }

    public string DataFolder => _folder.Path;

    public TandemSetup Setup => _setup;

    /// <summary>Its tables.</summary>
    public Rows Database { get; }

    public IPEndPoint Sip => new(_setup.Address, SipPort);

    public int ProcessId => Running.Id;

    /// <summary>The calls whose rows have been checked.</summary>
    public HashSet<string> SeenCalls { get; } = [];

    /// <summary>From the start of the process until it answered on its control socket, the last time it was started.</summary>
    public TimeSpan StartTime { get; private set; }

    /// <summary>Everything that it has printed since its first start.</summary>
    public string Log => string.Concat(_ended.Append(_process).Select(p => p?.Output));

    public string Tail => _process?.Tail(60) ?? "";

    private ChildProcess Running => _process ?? throw new InvalidOperationException("the appliance is not running");

    public static async Task<TandemProcess> StartAsync(TandemSetup setup)
    {
        TandemProcess tandem = new(setup);
        try
        {
            if (setup.Seeded) await tandem.SeedAsync();
            await tandem.StartAsync();
            return tandem;
        }
        catch
        {
            await tandem.DisposeAsync();
            throw;
        }
    }

    /// <summary>The built program.</summary>
    public static string Binary()
    {
        if (Environment.GetEnvironmentVariable("TANDEM_BINARY") is { Length: > 0 } named) return named;
        string binary = Path.Combine(Repository(), "src/Appliance/bin/Release/net10.0/tandem");
        return File.Exists(binary) ? binary : throw new FileNotFoundException("build the product first: dotnet build src/Appliance -c Release", binary);
    }

    public static string Repository()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Appliance.sln"))) folder = Path.GetDirectoryName(folder);
        return folder ?? throw new DirectoryNotFoundException("not inside the repository");
    }

    /// <summary>A phone of one of the seeded users.</summary>
    public PhoneOptions Phone(string user, string transport = "udp") =>
        new(user, new IPEndPoint(_setup.Address, transport == "tls" ? TlsPort : SipPort))
        {
            Password = TandemSetup.Password,
            Transport = transport,
            Address = _setup.Address,
            Network = _setup.Network,
        };

    public SippOptions Sipp(string scenario) => new(scenario, Sip) { Password = TandemSetup.Password, Local = _setup.Address };

    /// <summary>Starts it, again after <see cref="KillAsync"/> or <see cref="StopAsync"/>, on the same ports and data.</summary>
    public async Task StartAsync()
    {
        string media = string.Create(CultureInfo.InvariantCulture, $"media.ports=[\"{MediaPort}-{MediaPort + _setup.MediaPorts - 1}\"]");
        List<string> arguments = ["run"];
        foreach (string setting in (string[])[$"sip.udp_port={SipPort}", $"sip.tcp_port={SipPort}", $"sip.tls_port={TlsPort}", $"tts.port={TtsPort}",
            $"web.http_port={WebPort}", $"web.https_port={WebTlsPort}", media, .. _setup.Settings]) arguments.AddRange(["--set", setting]);
        long started = Stopwatch.GetTimestamp();
        _process = ChildProcess.Start(Binary(), [.. arguments, .. Common()], _setup.Network, DataFolder);
        while (!await IsReadyAsync())
        {
            if (_process.Exited.IsCompleted) throw new InvalidOperationException($"the appliance ended at its start:\n{Tail}");
            if (Stopwatch.GetElapsedTime(started) > Patience) throw new TimeoutException($"the appliance is not ready after {Patience}:\n{Tail}");
            await Task.Delay(10);
        }
        StartTime = Stopwatch.GetElapsedTime(started);
    }

    /// <summary>Power failure.</summary>
    public async Task KillAsync()
    {
        Running.Signal(ChildProcess.SigKill);
        await Running.Exited;
        _ended.Add(Running);
        _process = null;
    }

    /// <summary>An orderly stop; returns the exit code.</summary>
    public async Task<int> StopAsync()
    {
        int code = await Running.StopAsync(TimeSpan.FromSeconds(15));
        _ended.Add(Running);
        _process = null;
        return code;
    }

    /// <summary>The CLI on the same data folder.</summary>
    public Task<string> CliAsync(params string[] arguments) => ChildProcess.RunAsync(Binary(), [.. arguments, .. Common()], network: _setup.Network);

    /// <summary>The data of its events of one kind, as they come (server-sent events). Completes when it watches.</summary>
    public async Task<IAsyncEnumerable<JsonElement>> WatchAsync(string kind, CancellationToken end)
    {
        var reader = new StreamReader(await _http.GetStreamAsync($"/api/v1/events?kind={kind}", end));
        while (await reader.ReadLineAsync(end) is { } line && !line.StartsWith(": watching", StringComparison.Ordinal)) { }
        return ReadAsync(reader, end);
    }

    private static async IAsyncEnumerable<JsonElement> ReadAsync(StreamReader reader, [EnumeratorCancellation] CancellationToken end)
    {
        using StreamReader mine = reader;
        while (await mine.ReadLineAsync(end) is { } line)
        {
            if (!line.StartsWith("data: ", StringComparison.Ordinal)) continue;
            using JsonDocument data = JsonDocument.Parse(line[6..]);
            yield return data.RootElement.Clone();
        }
    }

    /// <summary>GET /api/v1/status; with <paramref name="collect"/> after a full garbage collection.</summary>
    public async Task<JsonElement> StatusAsync(bool collect = false)
    {
        using JsonDocument status = JsonDocument.Parse(await _http.GetStringAsync($"/api/v1/status{(collect ? "?collect=true" : "")}"));
        return status.RootElement.Clone();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ChildProcess process in _ended) await process.DisposeAsync();
        if (_process is not null)
        {
            await _process.StopAsync(TimeSpan.FromSeconds(5));
            await _process.DisposeAsync();
        }
        _http.Dispose();
        _folder.Dispose();
    }

    private async Task SeedAsync()
    {
        foreach (string user in TandemSetup.Users) await CliAsync("user", "add", user, "--password", TandemSetup.Password);
        await Database.ExecuteAsync($"""
            INSERT INTO ivr_menus (menu_id, name, welcome_message, created_at) VALUES ('main', 'Test', '{TandemSetup.Welcome}', '2026-01-31T09:30:00.000Z')
            """);
        foreach ((string digit, string action, string value) in ((string, string, string)[])[
            ("1", "transfer", "1001"), ("2", "transfer", "1002"), ("3", "agent", "1001,1002"), ("4", "transfer", "1003"), ("9", "repeat", ""), ("0", "hangup", "")])
        {
            await Database.ExecuteAsync($"""
                INSERT INTO ivr_menu_options (menu_id, digit, action_type, action_value, created_at)
                VALUES ('main', '{digit}', '{action}', '{value}', '2026-01-31T09:30:00.000Z')
                """);
        }
        foreach (string agent in (string[])["1001", "1002"])
        {
            await Database.ExecuteAsync($"""
                INSERT INTO agents (extension, name, status, current_calls, total_calls, created_at, updated_at)
                VALUES ('{agent}', 'Agent {agent}', 'available', 0, 0, '2026-01-31T09:30:00.000Z', '2026-01-31T09:30:00.000Z')
                """);
        }
    }

    private string[] Common() => _setup.DatabaseUrl is { } url ? ["--data", DataFolder, "--set", $"database.url={url}"] : ["--data", DataFolder];

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using HttpResponseMessage answer = await _http.GetAsync("/api/v1/status");
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
