using System.Data.Common;
using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Tandem.Calls;
using Tandem.Configuration;
using Tandem.Defence;
using Tandem.Dtls;
using Tandem.Events;
using Tandem.Http;
using Tandem.Http.Access;
using Tandem.Http.Front;
using Tandem.Ivr;
using Tandem.Media;
using Tandem.Media.Recording;
using Tandem.Net;
using Tandem.Ng;
using Tandem.Storage;
using Tandem.Tts;

namespace Tandem;

/// <summary>The running appliance: makes its parts in order, each from those before it, and ends them in reverse.</summary>
internal sealed partial class ApplianceHost : IAsyncDisposable
{
    /// <summary>Calls get this long to say goodbye.</summary>
    private static readonly TimeSpan s_drainLimit = TimeSpan.FromSeconds(4);

    /// <summary>Time for a start, from that of the process; what is not ready by then goes on behind the first calls.</summary>
    private static readonly TimeSpan s_startLimit = TimeSpan.FromMilliseconds(1200);

    private static readonly TimeSpan s_leastPatience = TimeSpan.FromMilliseconds(150);

    private static readonly DateTime s_processStart = Process.GetCurrentProcess().StartTime;

    /// <summary>Time for the call that warms the code up; on a slow host it is cut short.</summary>
    private static readonly TimeSpan s_selfCallLimit = TimeSpan.FromMilliseconds(900);

    private readonly TandemOptions _options;
    private readonly ILoggerFactory _log;
    private readonly ILogger _logger;
    private readonly Stack<Func<ValueTask>> _ends = new();
    private readonly List<ListenStatus> _listening = [];
    private readonly DateTimeOffset _startedAt = DateTimeOffset.UtcNow;
    private readonly CancellationTokenSource _stopping = new();
    private readonly EventHub _events = new();
    private readonly SemaphoreSlim _changing = new(1, 1);
    private long _unobserved;

    private string _node = "";
    private Database _database = null!;
    private AccessControl _access = null!;
    private PhoneDirectory _phones = null!;
    private RegistrationStore _registrations = null!;
    private CallLog _callLog = null!;
    private SpeechService _speech = null!;
    private PromptLibrary _prompts = null!;
    private MediaPlane _media = null!;
    private Recorder _recorder = null!;
    private DefencePlane _defence = null!;
    private CallPlane _calls = null!;
    private WebServer? _web;
    private NgPort? _ng;

    private ApplianceHost(TandemOptions options, ILoggerFactory log)
    {
        (_options, _log, _logger) = (options, log, log.CreateLogger<ApplianceHost>());
        TaskScheduler.UnobservedTaskException += OnUnobserved;
    }

    /// <summary>Where it can be reached.</summary>
    public IReadOnlyList<ListenStatus> Listening => _listening;

    /// <summary>What people configured, as it is in force.</summary>
    public PhoneDirectory Phones => _phones;

    /// <summary>Passwords made at a first start, to be shown once.</summary>
    public IReadOnlyList<(string User, string Password)> MadePasswords { get; private set; } = [];

    /// <summary>Starts everything; when it returns, calls are taken.</summary>
    /// <exception cref="StartException">Something is in the way; what was started is ended again.</exception>
    public static async Task<ApplianceHost> StartAsync(TandemOptions options, ILoggerFactory log, CancellationToken cancellation)
    {
        var host = new ApplianceHost(options, log);
        try
        {
            await host.StartPartsAsync(cancellation).ConfigureAwait(false);
            return host;
        }
        catch
        {
            await host.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Reads users, menus, agents and extensions again; a failure leaves the old ones in force.</summary>
    public async Task ReloadAsync()
    {
        try
        {
            await _phones.ReloadAsync(_stopping.Token).ConfigureAwait(false);
            Reloaded(_logger);
        }
        catch (Exception error) when (error is DbException or TimeoutException or IOException)
        {
            NotReloaded(_logger, error.Message);
        }
    }

    /// <summary>Ends the calls, writes what is to be written, closes everything; takes a few seconds at most.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        while (_ends.TryPop(out Func<ValueTask>? end))
        {
#pragma warning disable CA1031 // One part that fails to end must not keep the others, above all the call log, from ending well.
            try
            {
                await end().ConfigureAwait(false);
            }
            catch (Exception error)
            {
                EndFailed(_logger, error);
            }
#pragma warning restore CA1031
        }
        TaskScheduler.UnobservedTaskException -= OnUnobserved;
        _stopping.Dispose();
    }

    private async Task StartPartsAsync(CancellationToken cancellation)
    {
        DataFolder.Prepare(_options.Data.Folder);
        var folder = DataLock.Take(_options.Data.Folder);
        _ends.Push(() => Ended(folder));
        _node = DataFolder.NodeName(_options.Data.Folder);

        // Speech loads its voice on its own threads meanwhile.
        _speech = SpeechService.Start(_options.Speech, _log);
        _ends.Push(() => Ended(_speech));
        _prompts = new PromptLibrary(_speech, _options.Speech.PromptMegabytes * 1_000_000L);

        await StartStorageAsync(cancellation).ConfigureAwait(false);
        StartMedia();
        Task rendered = PreloadAsync(_phones.Current.Menus.Values.SelectMany(menu => menu.Prompts()).Concat(Announcements.All), _stopping.Token);
        await SelfCall.RunAsync(_options, _media, _prompts, s_selfCallLimit, _logger).ConfigureAwait(false);
        await StartCallsAsync(cancellation).ConfigureAwait(false);
        await StartWebAsync(cancellation).ConfigureAwait(false);
        StartNg();
        await StartTtsAsync(cancellation).ConfigureAwait(false);
        await UntilReadyAsync(rendered).ConfigureAwait(false);
        _media.WarmUpDtls();    // the first browser may come a second later

        ApiServer api = await ApiServer.StartAsync(Api(), _log, cancellation).ConfigureAwait(false);
        _ends.Push(api.DisposeAsync);
        _listening.Add(new ListenStatus("Control", _options.Data.ControlSocket));
    }

    private async Task StartStorageAsync(CancellationToken cancellation)
    {
        _database = await Database.OpenAsync(_options.Database, cancellation).ConfigureAwait(false);
        _ends.Push(_database.DisposeAsync);
        _access = new AccessControl(_database, TimeProvider.System);
        MadePasswords = await FirstStart.FillAsync(_database, _options.Sip.Realm, DateTimeOffset.UtcNow, cancellation).ConfigureAwait(false);
        _phones = new PhoneDirectory(_database);
        await _phones.ReloadAsync(cancellation).ConfigureAwait(false);
        int strangers = _phones.Current.Users.Values.Count(user => user.Realm != _options.Sip.Realm);
        if (strangers > 0) OtherRealm(_logger, strangers, _options.Sip.Realm);
        _registrations = new RegistrationStore(_database, _node, _log);
        _ends.Push(_registrations.DisposeAsync);
        _callLog = CallLog.Start(_database, new CallLogOptions { JournalFolder = _options.Data.JournalFolder, Node = _node }, _log);
        _ends.Push(_callLog.DisposeAsync);
        _defence = await DefencePlane.StartAsync(_options, _database, _phones, _events, _log, cancellation).ConfigureAwait(false);
        _ends.Push(_defence.DisposeAsync);
        // A long journal is replayed behind the first calls; a short one is in the tables before them.
        await UntilReadyAsync(_callLog.Recovered).ConfigureAwait(false);
    }

    private void StartMedia()
    {
        IReadOnlyList<int> taken = PortProbe.TakenUdp(_options.Media.Ports);
        _recorder = new Recorder(_options.Recording, _callLog.CallRecorded, _log);
        _ends.Push(() => Ended(_recorder));    // after the media: then it has everything
        if (taken.Count > 0) MediaPortsTaken(_logger, taken.Count, string.Join(", ", taken.Take(10)));
        try
        {
            _media = MediaPlane.Start(_options.Media, _log, DtlsIdentity.Load(_options.Data.Folder, DateTimeOffset.UtcNow, _logger));
        }
        catch (IOException error)
        {
            throw new StartException($"Media cannot start: {error.Message.TrimEnd('.')}.", "Let it use what the kernel allows: --set media.io=auto", error);
        }
        _ends.Push(() => Ended(_media));
    }

    /// <summary>Signalling and calls: the part that takes calls from here on.</summary>
    private async Task StartCallsAsync(CancellationToken cancellation)
    {
        List<StoredBinding> stored = await _registrations.LoadAsync(DateTimeOffset.UtcNow, cancellation).ConfigureAwait(false);
        _calls = new CallPlane(_options, _phones, _registrations, _callLog, _media, _recorder, _prompts, _defence, _events, _log);
        _ends.Push(() => Ended(_calls));
        try
        {
            await _calls.OpenAsync(stored).ConfigureAwait(false);
        }
        catch (IOException error)
        {
            throw new StartException($"SIP cannot listen: {error.Message.TrimEnd('.')}.",
                "Find the program that has the port with 'ss -lnp', or give others: --set sip.udp_port=5070 --set sip.tcp_port=5070 --set sip.tls_port=5071",
                error);
        }
        _ends.Push(() => _web?.DisposeAsync() ?? ValueTask.CompletedTask);    // after the calls of browsers have said goodbye over it
        _ends.Push(() => new ValueTask(_calls.DrainAsync(s_drainLimit)));
        foreach (ListenEndPoint endPoint in _calls.Listening)
            _listening.Add(new ListenStatus($"SIP over {endPoint.Transport.ToString().ToUpperInvariant()}", endPoint.Address.ToString()));
        foreach (MediaPortRange range in _options.Media.Ports) _listening.Add(new ListenStatus("RTP", $"UDP {range}"));
    }

    /// <summary>The web server, whose WebSockets carry SIP.</summary>
    private async Task StartWebAsync(CancellationToken cancellation)
    {
        WebOptions options = _options.Web;
        if (options is { HttpPort: < 0, HttpsPort: < 0 }) return;
        TlsCertificates certificates = _calls.Transports.Certificates;
        if (options.TlsCertificate is { } file)
        {
            SipListenOptions own = CallPlane.ListenOptions(_options.Sip) with { TlsCertificateFile = file, TlsKeyFile = options.TlsKey };
            certificates = new TlsCertificates(own, _log.CreateLogger<TlsCertificates>());
            _ends.Push(() => Ended(certificates));
        }
        var front = new WebFront
        {
            Options = options,
            Certificates = certificates,
            Sip = _calls.Transports,
            Pages = StaticFiles.Embedded(typeof(ApplianceHost).Assembly),
            Api = options.Api ? Api() : null,
        };
        _web = await WebServer.StartAsync(front, _log, cancellation).ConfigureAwait(false);
        foreach (WebListener listener in _web.Listeners) _listening.Add(new ListenStatus(listener.Secure ? "HTTPS, SIP over WSS" : "HTTP, SIP over WS", listener.Url));
    }

    private void StartNg()
    {
        if (!_options.Ng.Enabled) return;
        try
        {
            _ng = NgPort.Open(_options.Ng, _options.Media, _calls.MediaAddresses, _media, _log);
        }
        catch (IOException error)
        {
            throw new StartException($"The ng protocol cannot listen on {_options.Ng.Address} port {_options.Ng.Port}: {error.Message}.",
                "Find the program that uses it with 'ss -lnup' (an rtpengine?), or give another port: --set ng.port=2224", error);
        }
        _ends.Push(() => Ended(_ng));
        _listening.Add(new ListenStatus("ng", $"UDP {_ng.Address}"));
    }

    private async Task StartTtsAsync(CancellationToken cancellation)
    {
        if (_options.Tts.Port < 0) return;
        WebApplication tts = TtsApi.Build(_speech, _options.Tts, _log);
        _ends.Push(tts.DisposeAsync);
        try
        {
            await tts.StartAsync(cancellation).ConfigureAwait(false);
        }
        catch (IOException error)
        {
            throw new StartException($"The speech service cannot listen on {_options.Tts.Address} port {_options.Tts.Port}: {error.Message.TrimEnd('.')}.",
                "Find the program that uses it with 'ss -ltnp', or give another port: --set tts.port=8001 (-1 switches it off).", error);
        }
        foreach (string address in tts.Urls) _listening.Add(new ListenStatus("Speech (HTTP)", address));
    }

    /// <summary>Waits for what a first call would otherwise wait for, but not beyond the time a start may take.</summary>
    private static async Task UntilReadyAsync(Task work)
    {
        TimeSpan left = s_startLimit - (DateTime.Now - s_processStart);
        await Task.WhenAny(work, Task.Delay(left > s_leastPatience ? left : s_leastPatience)).ConfigureAwait(false);
    }

    /// <summary>Renders what callers will hear, so that nobody waits for it.</summary>
    private async Task PreloadAsync(IEnumerable<string> texts, CancellationToken cancellation)
    {
        try
        {
            await _prompts.PreloadAsync([.. texts.Distinct()], ct: cancellation).ConfigureAwait(false);
        }
        catch (SpeechException error)
        {
            NotRendered(_logger, error.Message);
        }
        catch (OperationCanceledException)
        {
            // The appliance is stopping.
        }
    }

    private ApiContext Api() => new()
    {
        Options = _options,
        Database = _database,
        Directory = _phones,
        Status = Status,
        Speech = () => _speech,
        RenderPrompts = PreloadAsync,
        Record = _calls.RecordAsync,
        Calls = _calls,
        Defence = _defence,
        Events = _events,
        Access = _access,
        Caller = ApiCaller.Owner("control socket"),
        Changing = _changing,
        Stopping = _stopping.Token,
    };

    private ApplianceStatus Status() => Status(_media.Status);

    private ApplianceStatus Status(MediaPlaneStatus media) => new(ProductVersion.Text, _node, _database.Place, _startedAt, Environment.ProcessId,
        _calls.Live.Count, _calls.Registrations, _callLog.Dropped, Interlocked.Read(ref _unobserved) + _calls.Faults + (_ng?.Faults ?? 0), GC.GetTotalMemory(false),
        _speech.DefaultVoice, _speech.Problem, $"{media.Loops.Count} loops on {media.Backend}", _listening, _recorder.Active, _recorder.Marked,
        media.Loops, [.. Enumerable.Range(0, GC.MaxGeneration + 1).Select(generation => GC.CollectionCount(generation))], GC.GetTotalPauseDuration().TotalMilliseconds);

    private void OnUnobserved(object? sender, UnobservedTaskExceptionEventArgs unobserved)
    {
        Interlocked.Increment(ref _unobserved);
        Unobserved(_logger, unobserved.Exception);
    }

    private static ValueTask Ended(IDisposable part)
    {
        part.Dispose();
        return ValueTask.CompletedTask;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Users, menus, agents and extensions are read again")]
    private static partial void Reloaded(ILogger logger);

    [LoggerMessage(Level = LogLevel.Error, Message = "The database cannot be read again ({Reason}); what was read before stays in force")]
    private static partial void NotReloaded(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} users have passwords of another realm than {Realm} and cannot register: give them new ones with tandem user password, or set sip.realm back")]
    private static partial void OtherRealm(ILogger logger, int count, string realm);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A menu's words cannot be rendered: {Reason}")]
    private static partial void NotRendered(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} UDP ports of media.ports are used by other programs ({Ports}); calls take others")]
    private static partial void MediaPortsTaken(ILogger logger, int count, string ports);

    [LoggerMessage(Level = LogLevel.Error, Message = "A part did not end well")]
    private static partial void EndFailed(ILogger logger, Exception error);

    [LoggerMessage(Level = LogLevel.Error, Message = "A task failed and nobody looked")]
    private static partial void Unobserved(ILogger logger, Exception error);
}
