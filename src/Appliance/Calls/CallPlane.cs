using System.Net;
using Microsoft.Extensions.Logging;
using Sip.Core.Registration;
using Sip.Core.Transactions;
using Tandem.Calls.Outside;
using Tandem.Configuration;
using Tandem.Defence;
using Tandem.Events;
using Tandem.Ivr;
using Tandem.Media;
using Tandem.Media.Recording;
using Tandem.Net;
using Tandem.Routing;
using Tandem.Signalling;
using Tandem.Storage;
using Tandem.Trunks;
using Tandem.Tts;

namespace Tandem.Calls;

/// <summary>Signalling and call code wired together on one shard.</summary>
internal sealed class CallPlane : IDisposable
{
    /// <summary>Carriers get this long to hear that we are going.</summary>
    private static readonly TimeSpan s_unregisterLimit = TimeSpan.FromSeconds(1);

    private readonly SignallingShard _shard;
    private readonly SipTransports _transports;
    private readonly UserAgent _userAgent;
    private readonly Registrar _registrar;
    private readonly IncomingCalls _incoming;
    private readonly CallServices _services;
    private readonly TrunkPlane _trunks;
    private readonly Dictionary<string, int> _contacts = new(StringComparer.Ordinal);
    private readonly DefencePlane _defence;

    public CallPlane(TandemOptions options, PhoneDirectory phones, RegistrationStore registrations, CallLog callLog,
        MediaPlane media, Recorder recorder, PromptLibrary prompts, DefencePlane defence, EventHub events, ILoggerFactory log)
    {
        ILogger logger = log.CreateLogger("Tandem.Calls");
        SipListenOptions listen = ListenOptions(options.Sip);
        _defence = defence;
        _shard = new SignallingShard(log.CreateLogger<SignallingShard>());
        _transports = new SipTransports(_shard, listen, log.CreateLogger<SipTransports>()) { Gate = defence.Gate };
        _userAgent = new UserAgent(_shard, _transports, AgentOptions(options.Sip), log.CreateLogger<UserAgent>());
        _registrar = new Registrar(_userAgent, new RegistrarOptions
        {
            Limits = new BindingLimits(options.Sip.MinExpires, options.Sip.MaxExpires),
            Save = (user, bindings) => Registered(registrations, events, user, bindings),
            KeepAlive = _transports.KeepAlive,
            StopKeepAlive = _transports.StopKeepAlive,
        }, log.CreateLogger<Registrar>());
        var authenticator = new RequestAuthenticator(options.Sip.Realm, name => phones.Current.FindUser(name), () => _shard.Now,
            defence.Gate, log.CreateLogger<RequestAuthenticator>());
        authenticator.SpeaksForOthers = name => phones.Current.Routing.FindCarrierOfUser(name) is not null;
        _trunks = new TrunkPlane(_userAgent, events, log.CreateLogger<TrunkPlane>(), _transports.KeepAlive, _transports.StopKeepAlive);
        var outside = new OutsidePlane { Trunks = _trunks, Routes = new RouteEngine(NumberPlan.Of(options.Numbers)), Guard = defence.Guard };
        outside.Guard.HomeCountries = () => phones.Current.Routing.Carriers.Values.Select(carrier => carrier.CountryCode).Append(options.Numbers.CountryCode);
        _trunks.Configure(phones.Current.Routing);
        defence.Carriers = address => _trunks.Sources.Find(address) is not null;
        _userAgent.Admit = request => CallerAdmission.Judge(request, _trunks.Sources, options.Sip.TrustedNetworks, phones.Current.Routing, authenticator, _trunks.AwaitsNames);
        _userAgent.IsRegisteredAt = _registrar.IsRegisteredAt;
        phones.Changed += directory => _shard.Post(() =>
        {
            _registrar.Retain(name => directory.FindUser(name) is not null);
            _trunks.Configure(directory.Routing);
        });
        _services = new CallServices
        {
            Shard = _shard,
            UserAgent = _userAgent,
            Transports = _transports,
            Contacts = user => [.. _registrar.Lookup(user).Select(contact => new DialTarget(contact.ContactUri, contact.Flow, contact.Path, user, contact.Instance))],
            Media = media,
            MediaOptions = options.Media,
            MediaAddresses = new AdvertisedAddresses(ExternalMedia(options), options.Sip.LocalNetworks),
            Recorder = recorder,
            Recording = options.Recording,
            Phones = phones,
            CallLog = callLog,
            Words = new CallWords(prompts, Path.Combine(options.Data.Folder, "sounds"), logger),
            Options = options.Calls,
            Ivr = options.Ivr,
            Logger = logger,
            Events = events,
            Outside = outside,
        };
        _incoming = new IncomingCalls(_services);
        _userAgent.IncomingInvite = _incoming.Take;
    }

    /// <summary>The calls in progress.</summary>
    public LiveCalls Live => _services.Live;

    /// <summary>Where SIP comes in, once open.</summary>
    public IReadOnlyList<ListenEndPoint> Listening => _transports.Listening;

    /// <summary>Where SIP comes in by other ways than its own ports: the web server's WebSockets.</summary>
    public SipTransports Transports => _transports;

    /// <summary>What peers see of us in SDP.</summary>
    public AdvertisedAddresses MediaAddresses => _services.MediaAddresses;

    public SipTransportCounters Counters => _transports.Counters;

    /// <summary>Faults of ours since the start: each ended one message, timer or call and nothing else.</summary>
    public long Faults => _shard.Failures + _userAgent.Failures + Live.Faults;

    /// <summary>Contacts registered now.</summary>
    public int Registrations => _registrar.Count;

    /// <summary>Takes registrations and calls from now on.</summary>
    /// <param name="stored">Registrations of an earlier run.</param>
    /// <exception cref="IOException">A port cannot be had; the message says which.</exception>
    public async Task OpenAsync(IReadOnlyList<StoredBinding> stored)
    {
        _transports.Start();
        _defence.Attach(_shard, stored.Select(StoredBindings.SourceOf).OfType<BindingSource>().Select(source => source.Remote.Address));
        Task<int> restored = _shard.InvokeAsync(() => _registrar.Restore(stored));
        _shard.Start();
        await restored.ConfigureAwait(false);
    }

    /// <summary>Ends all calls and waits until they are gone, <paramref name="limit"/> at most. No new call is taken.</summary>
    public async Task DrainAsync(TimeSpan limit)
    {
        _shard.Post(_incoming.Drain);
        Task unregistered = _shard.InvokeAsync(_trunks.StopAsync).Unwrap();
        await Task.WhenAny(unregistered, Task.Delay(s_unregisterLimit)).ConfigureAwait(false);
        using var patience = new CancellationTokenSource(limit);
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        try
        {
            while (Live.Count > 0) await poll.WaitForNextTickAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            // The limit is up; what is left is cut.
        }
    }

    /// <summary>Who is registered now, and from where. Any thread.</summary>
    public Task<IReadOnlyList<(string User, RegisteredContact Contact)>> RegistrationsAsync() => _shard.InvokeAsync<IReadOnlyList<(string, RegisteredContact)>>(
        () => [.. _registrar.Users.Order(StringComparer.Ordinal).SelectMany(user => _registrar.Lookup(user).Select(contact => (user, contact)))]);

    /// <summary>Forgets a user's registrations. Any thread.</summary>
    /// <returns>How many there were.</returns>
    public Task<int> UnregisterAsync(string user) => _shard.InvokeAsync(() => _registrar.Remove(user));

    /// <summary>Ends a call. Any thread.</summary>
    /// <param name="reason">For the log.</param>
    /// <returns>False: there is no such call.</returns>
    public Task<bool> HangUpAsync(Guid callId, string reason) => _shard.InvokeAsync(() =>
    {
        if (Live.Find(callId) is not { } call) return false;
        call.Cut(call.Caller.AnsweredAt is null ? CallStatus.Cancelled : CallStatus.Completed, reason);
        return true;
    });

    /// <summary>Connects a party of a call to somebody else; whom it talks to, or the menu that it is in, is left only when somebody answers. Any thread.</summary>
    /// <param name="number">As a user would dial it.</param>
    /// <param name="by">The person who says so.</param>
    public Task<TransferResult> TransferAsync(Guid callId, string number, Party party, string by) =>
        _shard.InvokeAsync(() => Handover.RunAsync(_services, callId, number, party, by)).Unwrap();

    /// <summary>How carriers and gateways are. Any thread.</summary>
    public Task<TrunkStatus> TrunksAsync() => _shard.InvokeAsync(() => _trunks.Status(DateTimeOffset.UtcNow));

    /// <summary>Starts, stops, pauses or resumes the recording of a call. Any thread.</summary>
    /// <returns>The recording, its file opened or given up; null: no such call, or none of its recordings goes on.</returns>
    public async Task<CallRecording?> RecordAsync(Guid callId, RecordingAction action)
    {
        CallRecording? recording = await _shard.InvokeAsync(() => Live.Find(callId)?.Record(action)).ConfigureAwait(false);
        if (recording is not null) await recording.Opened.ConfigureAwait(false);
        return recording;
    }

    public void Dispose()
    {
        _shard.Dispose();
        _transports.Dispose();
    }

    /// <summary>Refreshing a registration is no news; the shard alone calls it.</summary>
    private void Registered(RegistrationStore store, EventHub events, string user, IReadOnlyList<StoredBinding> bindings)
    {
        store.Save(user, bindings);
        if (_contacts.GetValueOrDefault(user) == bindings.Count) return;
        if (bindings.Count > 0) _contacts[user] = bindings.Count;
        else _contacts.Remove(user);
        events.Publish("registration.changed", ("user", user), ("contacts", bindings.Count));
    }

    public static SipListenOptions ListenOptions(SipOptions sip) => new()
    {
        Addresses = sip.Addresses,
        UdpPort = sip.UdpPort,
        TcpPort = sip.TcpPort,
        TlsPort = sip.TlsPort,
        ExternalAddresses = sip.ExternalIp,
        LocalNetworks = sip.LocalNetworks,
        TlsCertificateFile = sip.TlsCertificate,
        TlsKeyFile = sip.TlsKey,
        CertificateFolder = sip.CertificateFolder,
        MaxConnectionsPerSource = sip.MaxConnectionsPerSource,
    };

    private static UserAgentOptions AgentOptions(SipOptions sip) => new()
    {
        Timers = SipTimers.Rfc3261 with { T1 = sip.T1 },
        DnsServers = [.. sip.DnsServers.Select(server => server.EndPoint)],
        SessionExpires = sip.SessionExpires,
        MinSessionExpires = sip.MinSessionExpires,
        Reliable = Enum.Parse<ReliableProvisional>(sip.ReliableProvisional, ignoreCase: true),
        Domains = [.. sip.ExternalIp.Select(address => address.ToString()), sip.Realm],
    };

    private static IReadOnlyList<IPAddress> ExternalMedia(TandemOptions options) =>
        options.Media.ExternalIp is { Count: > 0 } own ? own : options.Sip.ExternalIp;
}
