using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Interop.Audio;

namespace Interop.Peers;

/// <summary>Something that baresip reported: its own name for it, and its parameter.</summary>
public sealed record PhoneEvent(string Type, string Parameter, string Peer);

/// <summary>
/// A real phone: baresip with its own configuration folder, commanded and watched over its ctrl_tcp module.
/// The sndfile filter keeps what it decoded, packet by packet, before any play-out buffer could mend or spoil it.
/// </summary>
public sealed class BaresipPhone : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly TemporaryFolder _folder;
    private readonly ChildProcess _process;
    private readonly TcpClient _control;
    private readonly NetworkStream _stream;
    private readonly Task _reading;
    private readonly Lock _gate = new();
    private ImmutableList<PhoneEvent> _events = [];
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Dictionary<string, int> _seen = [];
    private int _commands;

    private BaresipPhone(PhoneOptions options, int port, TemporaryFolder folder, ChildProcess process, TcpClient control)
    {
        Options = options;
        Port = port;
        _folder = folder;
        _process = process;
        _control = control;
        _stream = control.GetStream();
        _reading = ReadAsync();
    }

    public PhoneOptions Options { get; }

    /// <summary>Its SIP port on UDP and TCP; TLS is the next one.</summary>
    public int Port { get; }

    public string Log => _process.Tail(80);

    /// <summary>Everything reported so far, oldest first.</summary>
    public ImmutableList<PhoneEvent> Events
    {
        get { lock (_gate) return _events; }
    }

    /// <summary>Starts the phone; with <see cref="PhoneOptions.Register"/> it is registered when this returns.</summary>
    public static async Task<BaresipPhone> StartAsync(PhoneOptions options)
    {
        BaresipPhone phone = await LaunchAsync(options);
        if (!options.Register) return phone;
        try
        {
            await phone.NextAsync("REGISTER_OK");
            return phone;
        }
        catch
        {
            await phone.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the phone and returns as soon as it can be commanded.</summary>
    public static async Task<BaresipPhone> LaunchAsync(PhoneOptions options)
    {
        int sip = Ports.Sip(), control = Ports.Sip(), rtp = Ports.Rtp(20);
        TemporaryFolder folder = new();
        await (options.Says ?? Sound.Silence(TimeSpan.FromMinutes(3))).SaveAsync(folder.File("says.wav"));
        await File.WriteAllTextAsync(folder.File("config"), $"""
            poll_method epoll
            sip_listen {new IPEndPoint(options.Address, sip)}
            net_interface {options.Address}
            rtp_ports {rtp}-{rtp + 19}
            statmode_default off
            call_max_calls 4
            audio_source aufile,{folder.File("says.wav")}
            audio_player aubridge,nobody
            audio_alert aubridge,nobody
            audio_buffer 20-160
            jitter_buffer_delay 1-10
            snd_path {folder.Path}
            module_path /usr/lib/baresip/modules
            module g711.so
            module g722.so
            module opus.so
            module l16.so
            ausrc_srate {options.SourceRateHz}
            ausrc_channels 1
            module aufile.so
            module aubridge.so
            module sndfile.so
            {(options.MediaEncryption is null ? "" : "module srtp.so")}
            module_tmp account.so
            module_app menu.so
            module_app ctrl_tcp.so
            ctrl_tcp_listen 127.0.0.1:{control}
            redial_attempts 0
            {options.Configuration}

            """);
        await File.WriteAllTextAsync(folder.File("accounts"), "\n");
        await File.WriteAllTextAsync(folder.File("contacts"), "\n");

        ChildProcess process = ChildProcess.Start("baresip", ["-f", folder.Path, "-v", "-s"], options.Network, folder.Path);
        try
        {
            await process.PrintedAsync("baresip is ready.", Patience);
            BaresipPhone phone = new(options, sip, folder, process, await Networks.ConnectAsync(options.Network, new IPEndPoint(IPAddress.Loopback, control)));
            // The account comes when somebody listens: an account in the file registers before any event can be seen.
            await phone.CommandAsync("uanew", $"<sip:{options.User}@{options.Registrar};transport={options.Transport}>;auth_pass={options.Password}"
                + $";regint={(options.Register ? options.RegisterSeconds : 0)};answermode={(options.AutoAnswer ? "auto" : "manual")};audio_codecs={options.CodecSpecs}"
                + (options.MediaEncryption is { } encryption ? $";mediaenc={encryption}" : ""));
            return phone;
        }
        catch
        {
            await process.DisposeAsync();
            folder.Dispose();
            throw;
        }
    }

    public Task DialAsync(string target) => CommandAsync("dial", target);

    /// <summary>Dials and returns when the other side has answered.</summary>
    public async Task CallAsync(string target)
    {
        await DialAsync(target);
        await NextAsync("CALL_ESTABLISHED");
    }

    public Task AcceptAsync() => CommandAsync("accept");

    public Task HangUpAsync() => CommandAsync("hangup");

    public Task HoldAsync() => CommandAsync("hold");

    public Task ResumeAsync() => CommandAsync("resume");

    /// <summary>Presses digits, as RFC 4733 events where the call has them.</summary>
    public Task PressAsync(string digits) => CommandAsync("sndcode", digits);

    /// <summary>Gives a command and returns when baresip has carried it out.</summary>
    public async Task CommandAsync(string command, string parameters = "")
    {
        string token = $"{command} {Interlocked.Increment(ref _commands)}";
        byte[] text = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new { command, @params = parameters, token }));
        await _stream.WriteAsync((byte[])[.. Encoding.ASCII.GetBytes($"{text.Length}:"), .. text, (byte)',']);
        PhoneEvent answer = await NextAsync(token);
        if (answer.Parameter != "True") throw new InvalidOperationException($"{Options.User}: baresip refused '{command} {parameters}': {answer.Peer}\n{Log}");
    }

    /// <summary>The next event of a type, after those of the type that this has returned before.</summary>
    public async Task<PhoneEvent> NextAsync(string type, TimeSpan? limit = null)
    {
        long deadline = Environment.TickCount64 + (long)(limit ?? Patience).TotalMilliseconds;
        while (true)
        {
            Task news;
            lock (_gate)
            {
                int at = _events.FindIndex(_seen.GetValueOrDefault(type), e => e.Type == type);
                if (at >= 0)
                {
                    _seen[type] = at + 1;
                    return _events[at];
                }
                news = _news.Task;
            }
            long left = deadline - Environment.TickCount64;
            if (left <= 0 || await Task.WhenAny(news, Task.Delay((int)left)) != news)
                throw new TimeoutException($"{Options.User}: no {type}; it reported {string.Join(", ", Events.Select(e => $"{e.Type}({e.Parameter})"))}\n{Log}");
        }
    }

    public bool Reported(string type) => Events.Exists(e => e.Type == type);

    /// <summary>What it has decoded, call by call (a changed stream starts a new one), oldest first.</summary>
    public async Task<IReadOnlyList<Sound>> HeardAsync()
    {
        List<Sound> heard = [];
        foreach (string file in Directory.GetFiles(_folder.Path, "dump-*-dec.wav").Order(StringComparer.Ordinal)) heard.Add(await Sound.LoadAsync(file));
        return heard;
    }

    /// <summary>What it has decoded in its last call.</summary>
    public async Task<Sound> HeardLastAsync() => (await HeardAsync()) is [.., Sound last] ? last : new Sound([]);

    public async ValueTask DisposeAsync()
    {
        await _process.StopAsync(TimeSpan.FromSeconds(3));
        await _process.DisposeAsync();
        _control.Dispose();
        await _reading;
        _folder.Dispose();
    }

    /// <summary>The phone loses power: nobody is told.</summary>
    public async Task KillAsync()
    {
        _process.Signal(ChildProcess.SigKill);
        await _process.Exited;
    }

    private async Task ReadAsync()
    {
        byte[] buffer = new byte[64 * 1024];
        int held = 0;
        while (true)
        {
            int read;
            try
            {
                read = await _stream.ReadAsync(buffer.AsMemory(held));
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                return;
            }
            if (read == 0) return;
            held += read;
            int used = 0;
            while (TryTake(buffer.AsSpan(used, held - used), out int taken, out PhoneEvent? one))
            {
                used += taken;
                if (one is not null) Add(one);
            }
            buffer.AsSpan(used, held - used).CopyTo(buffer);
            held -= used;
        }
    }

    private void Add(PhoneEvent one)
    {
        TaskCompletionSource news;
        lock (_gate)
        {
            _events = _events.Add(one);
            news = _news;
            _news = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        news.SetResult();
    }

    /// <summary>A netstring: length, colon, JSON, comma.</summary>
    private static bool TryTake(ReadOnlySpan<byte> bytes, out int taken, out PhoneEvent? one)
    {
        one = null;
        taken = 0;
        int colon = bytes.IndexOf((byte)':');
        if (colon < 0 || !int.TryParse(bytes[..colon], out int length) || bytes.Length < colon + length + 2) return false;
        taken = colon + length + 2;
        using JsonDocument json = JsonDocument.Parse(bytes.Slice(colon + 1, length).ToArray());
        JsonElement root = json.RootElement;
        if (root.TryGetProperty("response", out _)) one = new PhoneEvent(Text(root, "token"), root.GetProperty("ok").GetBoolean().ToString(), Text(root, "data"));
        else one = new PhoneEvent(Text(root, "type"), Text(root, "param"), Text(root, "peeruri"));
        return true;
    }

    private static string Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
