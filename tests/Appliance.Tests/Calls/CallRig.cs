using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Calls;
using Tandem.Calls.Outside;
using Tandem.Configuration;
using Tandem.Defence;
using Tandem.Events;
using Tandem.Media;
using Tandem.Media.Recording;
using Tandem.Net;
using Tandem.Routing;
using Tandem.Signalling;
using Tandem.Storage;
using Tandem.Tests.Signalling;
using Tandem.Trunks;
using Xunit;

namespace Appliance.Tests.Calls;

/// <summary>The call code on a shard, a media plane and a database of its own; whom a user's devices are, the test says. Loopback.</summary>
internal sealed class CallRig : IAsyncDisposable
{
    /// <summary>Answers, and rings the agent 1002.</summary>
    public const string AgentsNumber = "2000";

    private readonly string _folder;
    private readonly Database _database;
    private readonly MediaPlane _media;
    private readonly SipTransports _transports;
    private readonly SignallingShard _shard = new(NullLogger.Instance);
    private readonly Recorder _recorder;
    private readonly CallServices _services;
    private readonly PhoneDirectory _phones;

    private CallRig(string folder, Database database, PhoneDirectory phones, MediaPortRange ports, TimeSpan ringTime)
    {
        (_folder, _database, _phones) = (folder, database, phones);
        NullLoggerFactory log = NullLoggerFactory.Instance;
        _media = MediaPlane.Start(new MediaOptions { Ports = [ports], Loops = 1 }, log);
        var listen = new SipListenOptions { Addresses = [IPAddress.Loopback], UdpPort = 0, TcpPort = -1, TlsPort = -1 };
        _transports = new SipTransports(_shard, listen, NullLogger.Instance);
        Agent = new UserAgent(_shard, _transports, new UserAgentOptions { SessionExpires = TimeSpan.Zero, DnsServers = [Dns.Address] }, NullLogger.Instance);
        CallLog = CallLog.Start(database, new CallLogOptions { JournalFolder = Path.Combine(folder, "journal"), Node = "test" }, log);
        var recording = new RecordingOptions { Folder = Path.Combine(folder, "recordings") };
        _recorder = new Recorder(recording, CallLog.CallRecorded, log);
        _services = new CallServices
        {
            Shard = _shard,
            UserAgent = Agent,
            Transports = _transports,
            Contacts = user => Devices.GetValueOrDefault(user, []),
            Media = _media,
            MediaOptions = new MediaOptions(),
            MediaAddresses = new AdvertisedAddresses([], []),
            Recorder = _recorder,
            Recording = recording,
            Phones = phones,
            CallLog = CallLog,
            Words = null!,    // nothing is spoken here
            Options = new CallOptions { RingTime = ringTime, GatewayTime = TimeSpan.FromSeconds(6) },
            Ivr = new IvrOptions(),
            Logger = NullLogger.Instance,
            Outside = new OutsidePlane
            {
                Trunks = new TrunkPlane(Agent, new EventHub(), NullLogger.Instance),
                Routes = new RouteEngine(new NumberPlan("34", "0", "00")),
                Guard = new FraudGuard(new FraudOptions()) { HomeCountries = () => ["34"] },
            },
        };
        Agent.IncomingInvite = new IncomingCalls(_services).Take;
        Agent.Admit = _ => RequestVerdict.Admit(CallerUser) with { Carrier = CallerCarrier };
        _transports.Start();
        _shard.Start();
    }

    public UserAgent Agent { get; }

    /// <summary>Whom it asks for names.</summary>
    public DnsServer Dns { get; } = new();

    public CallLog CallLog { get; }

    /// <summary>Where users can be rung; set before a call.</summary>
    public Dictionary<string, IReadOnlyList<DialTarget>> Devices { get; } = [];

    /// <summary>The user that callers are taken for; null: strangers of a trusted network.</summary>
    public string? CallerUser { get; set; }

    /// <summary>The carrier that callers are taken for; null: none.</summary>
    public string? CallerCarrier { get; set; }

    public IPEndPoint Address => _transports.Listening[0].Address;

    public int Live => _services.Live.Count;

    public long Faults => _services.Live.Faults + _shard.Failures + Agent.Failures;

    /// <param name="firstPort">Of 100 ports of its own.</param>
    /// <param name="ringTime">How long devices ring.</param>
    public static async Task<CallRig> StartAsync(int firstPort, TimeSpan ringTime)
    {
        string folder = Directory.CreateTempSubdirectory("tandem-calls-").FullName;
        Database database = await Database.OpenAsync(new DatabaseOptions { File = Path.Combine(folder, "tandem.db") });
        await FirstStart.FillAsync(database, "test", DateTimeOffset.UtcNow);
        await database.WriteAsync(session =>
        {
            AgentStore.Save(session, "1002", "Agent", null, DateTimeOffset.UtcNow);
            ExtensionStore.Save(session, new Extension(AgentsNumber, ExtensionKind.Agents, "*"), DateTimeOffset.UtcNow);
            return true;
        });
        var phones = new PhoneDirectory(database);
        await phones.ReloadAsync();
        return new CallRig(folder, database, phones, new MediaPortRange(firstPort, firstPort + 99, null), ringTime);
    }

    /// <summary>The appliance's own flow to an address.</summary>
    public async Task<SipFlow?> FlowToAsync(string uri) => await await _shard.InvokeAsync(() => Agent.FlowToAsync(uri));

    /// <summary>As an operator orders it of the only call.</summary>
    public async Task<TransferResult> TransferAsync(string number, Party party) =>
        await await _shard.InvokeAsync(() => Handover.RunAsync(_services, _services.Live.Snapshot().Single().Id, number, party, "ann"));

    /// <summary>Of the only call.</summary>
    public Task<CallRecording?> RecordAsync(RecordingAction action) => _shard.InvokeAsync(() => _services.Live.Snapshot().Single().Record(action));

    /// <summary>Calls that a carrier has, as its limits count them.</summary>
    public Task<int> CallsOfAsync(string carrier) => _shard.InvokeAsync(() => _services.Outside.Limits.Calls(carrier));

    /// <summary>What users have used of the guard.</summary>
    public IReadOnlyList<(GuardUsage Usage, int Calls)> Guarded => _services.Outside.Guard.Snapshot();

    /// <summary>Changes what is configured; in force when this completes.</summary>
    public async Task ConfigureAsync(Action<DbSession> change)
    {
        await _database.WriteAsync(session => { change(session); return true; });
        await _phones.ReloadAsync();
        await _shard.InvokeAsync(() => { _services.Outside.Trunks.Configure(_phones.Current.Routing); return true; });
    }

    /// <summary>Codec, bridging and encryption of every leg that is over, as soon as they are <paramref name="count"/>: a leg may end after its call.</summary>
    public async Task<List<string>> LegsAsync(int count, CancellationToken cancellation)
    {
        var limit = Stopwatch.StartNew();
        while (true)
        {
            await CallLog.FlushAsync(cancellation);
            List<string> legs = await QueryAsync("SELECT codec || ' ' || bridging || ' ' || COALESCE(encryption, 'plain') FROM call_legs ORDER BY leg", row => row.Text(0));
            if (legs.Count == count) return legs;
            Assert.True(limit.Elapsed < TimeSpan.FromSeconds(30), $"{legs.Count} of {count} legs are in the call log");
            await Task.Delay(20, cancellation);
        }
    }

    public Task<List<T>> QueryAsync<T>(string sql, Func<DbRow, T> map) => _database.ReadAsync(session => session.Query(sql, map));

    public async ValueTask DisposeAsync()
    {
        _shard.Dispose();
        _transports.Dispose();
        _media.Dispose();
        _recorder.Dispose();
        Dns.Dispose();
        await CallLog.DisposeAsync();
        await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
