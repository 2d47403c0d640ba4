using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Cli;
using Tandem.Configuration;
using Xunit;

namespace Tandem.Tests.Cli;

/// <summary>A whole appliance in this process, asked through its socket.</summary>
public sealed class RunningApplianceTests : IAsyncLifetime
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly string _folder = Directory.CreateTempSubdirectory("tandem-test-").FullName;
    private ApplianceHost _host = null!;

    private static string[] Settings =>
        ["sip.udp_port=0", "sip.tcp_port=0", "sip.tls_port=0", "sip.addresses=127.0.0.1", "tts.port=0", "web.http_port=0", "web.https_port=0", "web.addresses=127.0.0.1", "media.ports=33060-33079", "media.loops=1"];

    public async ValueTask InitializeAsync() => _host = await StartAsync(Settings);

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task It_says_where_it_listens_and_only_its_owner_may_ask()
    {
        (int code, string output) = await RunAsync("status", "--json");
        Assert.Equal(0, code);
        JsonElement status = JsonDocument.Parse(output).RootElement;
        Assert.Equal(Environment.ProcessId, status.GetProperty("process_id").GetInt32());
        Assert.Equal(["SIP over UDP", "SIP over TCP", "SIP over TLS", "RTP", "HTTP, SIP over WS", "HTTPS, SIP over WSS", "Speech (HTTP)", "Control"],
            status.GetProperty("listening").EnumerateArray().Select(listen => listen.GetProperty("service").GetString()));
        Assert.True(status.GetProperty("managed_bytes").GetInt64() > 0);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_folder, "tandem.sock")));
    }

    [Fact]
    public async Task A_change_by_the_command_line_is_in_force_at_once()
    {
        Assert.Equal(0, (await RunAsync("user", "add", "1003", "--password", "pw")).Code);
        Assert.Equal(1, (await RunAsync("user", "add", "1003", "--password", "pw")).Code);
        Assert.NotNull(_host.Phones.Current.FindUser("1003"));
        Assert.Equal(0, (await RunAsync("menu", "set", "main", "--welcome", "Good morning, 100 % \"new\" & übel?")).Code);
        Assert.Equal("Good morning, 100 % \"new\" & übel?", _host.Phones.Current.FindMenu("main")!.Welcome);
        Assert.Equal(0, (await RunAsync("menu", "option", "main", "#", "repeat")).Code);
        Assert.Contains(_host.Phones.Current.FindMenu("main")!.Options, option => option.Digit == '#');
        Assert.Equal(0, (await RunAsync("user", "remove", "1003")).Code);
        Assert.Null(_host.Phones.Current.FindExtension("1003"));
        Assert.Equal(0, (await RunAsync("reload")).Code);
        Assert.Equal(0, (await RunAsync("calls", "--limit", "5", "--active")).Code);
        Assert.Equal(2, (await RunAsync("calls", "record", "x", "--pause")).Code);
        Assert.Equal(1, (await RunAsync("calls", "record", Guid.CreateVersion7().ToString(), "--pause")).Code);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_happens_is_followed_line_by_line_until_enough_is_seen(bool json)
    {
        (Task<int> watch, StringWriter seen, _) = await WatchAsync(["--kind", "config,ban", "--limit", "2", .. json ? ["--json"] : Array.Empty<string>()]);
        Assert.Equal(0, (await RunAsync("reload")).Code);
        Assert.Equal(0, (await RunAsync("user", "add", "1004", "--password", "pw")).Code);
        Assert.Equal(0, (await RunAsync("user", "remove", "1004")).Code);
        Assert.Equal(0, await watch.WaitAsync(s_patience, TestContext.Current.CancellationToken));
        string[] lines = seen.ToString().TrimEnd().Split('\n');
        Assert.Equal(2, lines.Length);
        if (json) Assert.All(lines, line => Assert.Equal("config.changed", JsonDocument.Parse(line).RootElement.GetProperty("kind").GetString()));
        else Assert.All(lines, line => Assert.Matches("^20[0-9-]{8} [0-9:]{8}  config.changed  ", line));
    }

    [Fact]
    public async Task Who_follows_is_told_when_the_appliance_stops()
    {
        (Task<int> watch, _, SignallingWriter told) = await WatchAsync();
        await _host.DisposeAsync();
        Assert.Equal(1, await watch.WaitAsync(s_patience, TestContext.Current.CancellationToken));
        Assert.Equal("Watching; Ctrl-C ends it.\nThe appliance has stopped.\nWhen it runs again: tandem events\n", told.ToString());
        _host = await StartAsync(Settings);
    }

    [Fact]
    public async Task What_the_socket_does_not_understand_is_refused_in_JSON()
    {
        using var http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellation) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(_folder, "tandem.sock")), cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        })
        { BaseAddress = new Uri("http://tandem") };
        foreach (string body in (string[])["{", "[]", "{\"nme\":\"x\"}", "{\"name\":null}", "{}", "{\"name\":\"a b\"}"])
        {
            using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
            using HttpResponseMessage answer = await http.PostAsync(new Uri("/api/v1/users", UriKind.Relative), content, TestContext.Current.CancellationToken);
            string text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.Equal(400, (int)answer.StatusCode);
            Assert.NotEmpty(JsonDocument.Parse(text).RootElement.GetProperty("detail").GetString()!);
        }
        Assert.Equal(404, (int)(await http.GetAsync(new Uri("/api/v1/nothing", UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task A_second_appliance_on_the_same_folder_is_refused()
    {
        StartException error = await Assert.ThrowsAsync<StartException>(() => StartAsync(Settings));
        Assert.Contains("is running on the data folder", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_taken_port_is_one_clear_message_and_everything_started_is_ended_again()
    {
        string other = Directory.CreateTempSubdirectory("tandem-test-").FullName;
        try
        {
            using var taken = new UdpClient(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
            int port = ((System.Net.IPEndPoint)taken.Client.LocalEndPoint!).Port;
            string[] settings = [.. Settings.Skip(1), $"sip.udp_port={port}"];
            for (int attempt = 0; attempt < 2; attempt++)    // the second shows that the first let go of the folder
            {
                StartException error = await Assert.ThrowsAsync<StartException>(() => StartAsync(settings, other));
                Assert.Contains($"{port}", error.Message, StringComparison.Ordinal);
                Assert.Contains("ss -lnp", error.Advice, StringComparison.Ordinal);
            }
        }
        finally
        {
            Directory.Delete(other, recursive: true);
        }
    }

    [Fact]
    public async Task It_says_a_text_into_a_file()
    {
        string file = Path.Combine(_folder, "out.wav");
        (int code, string output) = await RunAsync("say", "Hello, world.", "-o", file);
        Assert.True(code == 0, output);
        Assert.Equal("RIFF"u8.ToArray(), (await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken))[..4]);
    }

    private Task<ApplianceHost> StartAsync(string[] settings, string? folder = null) =>
        ApplianceHost.StartAsync(OptionsLoader.Load(null, folder ?? _folder, settings), NullLoggerFactory.Instance, TestContext.Current.CancellationToken);

    /// <summary>Somebody follows what happens, and does already.</summary>
    private async Task<(Task<int> Watch, StringWriter Seen, SignallingWriter Told)> WatchAsync(params string[] options)
    {
        (var seen, var told) = (new StringWriter(), new SignallingWriter());
        Task<int> watch = TandemCommand.RunAsync(["events", .. options, "--data", _folder], new StringReader(""), seen, told);
        await told.Written.WaitAsync(s_patience, TestContext.Current.CancellationToken);
        return (watch, seen, told);
    }

    private async Task<(int Code, string Output)> RunAsync(params string[] arguments)
    {
        var output = new StringWriter();
        int code = await TandemCommand.RunAsync([.. arguments, "--data", _folder], new StringReader(""), output, output);
        return (code, output.ToString().Trim());
    }

    /// <summary>Knows when something was written.</summary>
    private sealed class SignallingWriter : StringWriter
    {
        private readonly TaskCompletionSource _written = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Written => _written.Task;

        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            _written.TrySetResult();
        }
    }
}
