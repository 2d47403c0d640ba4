using System.Net;
using Microsoft.Extensions.Logging;
using Tandem.Configuration;
using Tandem.Events;
using Tandem.Signalling;
using Tandem.Storage;

namespace Tandem.Defence;

/// <summary>The defences of one appliance: the gate before SIP and the guard before calls to the outside, kept over restarts and told of.</summary>
internal sealed partial class DefencePlane : IAsyncDisposable
{
    private static readonly TimeSpan s_saveInterval = TimeSpan.FromSeconds(10);

    private readonly PhoneDirectory _phones;
    private readonly EventHub _events;
    private readonly ILogger _logger;
    private readonly WriteBehind _writes;
    private readonly TimeProvider _clock;
    private readonly ITimer _saving;
    private SignallingShard? _shard;
    private IReadOnlyList<Ban> _restored = [];
    private IReadOnlyDictionary<string, long> _saved = new Dictionary<string, long>();

    private DefencePlane(TandemOptions options, Database database, PhoneDirectory phones, EventHub events, ILogger logger, TimeProvider clock)
    {
        (_phones, _events, _logger, _clock) = (phones, events, logger, clock);
        _writes = new WriteBehind(database, "bans and counters", logger);
        Gate = new SipGate(options.Defence, new NetworkList([.. options.Defence.Exempt, .. options.Sip.TrustedNetworks], address => Carriers(address)), clock.GetUtcNow) { Banned = OnBanned };
        Guard = new FraudGuard(options.Fraud)
        {
            Alarm = OnAlarm,
            Save = usage => _writes.Save($"usage {usage.User}", session => DefenceStore.Save(session, usage)),
        };
        _saving = clock.CreateTimer(_ => SaveCounters(), null, s_saveInterval, s_saveInterval);
    }

    public SipGate Gate { get; }

    public FraudGuard Guard { get; }

    /// <summary>Addresses that carriers send from, which are no strangers'. Asked on the shard's thread.</summary>
    public Func<IPAddress, bool> Carriers { get; set; } = static _ => false;

    /// <summary>With what an earlier run left.</summary>
    public static async Task<DefencePlane> StartAsync(TandemOptions options, Database database, PhoneDirectory phones, EventHub events, ILoggerFactory log,
        CancellationToken cancellation, TimeProvider? clock = null)
    {
        clock ??= TimeProvider.System;
        var plane = new DefencePlane(options, database, phones, events, log.CreateLogger("Tandem.Defence"), clock);
        (plane._restored, Dictionary<string, long> counters, List<GuardUsage> usage) = await database.WriteAsync(session =>
            (DefenceStore.Bans(session, clock.GetUtcNow()), DefenceStore.Counters(session), DefenceStore.Usage(session)), cancellation).ConfigureAwait(false);
        plane.Gate.Counters.Restore(counters);
        plane._saved = counters;
        plane.Guard.Restore(usage);
        return plane;
    }

    /// <summary>From here on the gate is that shard's. Before the shard starts.</summary>
    /// <param name="known">Sources of registrations in force.</param>
    public void Attach(SignallingShard shard, IEnumerable<IPAddress> known)
    {
        _shard = shard;
        Gate.Restore(_restored, shard.Now);
        foreach (IPAddress address in known) Gate.Proved(address, shard.Now);
        _phones.Changed += _ => shard.Post(Gate.ReadLists);
    }

    /// <summary>Bans in force. Any thread, as the rest.</summary>
    public Task<IReadOnlyList<Ban>> BansAsync() => OnShard(now => Gate.List(now));

    /// <returns>Null: it is banned for at least that long already.</returns>
    public Task<Ban?> BanAsync(BanKind kind, string subject, string reason, TimeSpan time) => OnShard(now => kind == BanKind.Account
        ? Gate.BanAccount(subject, reason, time, now)
        : SourceKey.TryParse(subject, out SourceKey source) ? Gate.BanSource(source, reason, time, now) : null);

    /// <returns>False: there is no such ban.</returns>
    public async Task<bool> UnbanAsync(BanKind kind, string subject)
    {
        bool was = await OnShard(_ => Gate.Unban(kind, subject)).ConfigureAwait(false);
        if (!was) return false;
        _writes.Save($"ban {kind} {subject}", session => DefenceStore.Remove(session, kind, subject));
        LogUnbanned(_logger, kind, subject);
        _events.Publish("ban.removed", ("kind", kind.ToString().ToLowerInvariant()), ("subject", subject));
        return true;
    }

    /// <summary>Writes what is to be written.</summary>
    public async ValueTask DisposeAsync()
    {
        await _saving.DisposeAsync().ConfigureAwait(false);
        SaveCounters();
        await _writes.DisposeAsync().ConfigureAwait(false);
    }

    private Task<T> OnShard<T>(Func<TimeSpan, T> work)
    {
        SignallingShard shard = _shard ?? throw new InvalidOperationException("not attached");
        return shard.InvokeAsync(() => work(shard.Now));
    }

    private void OnBanned(Ban ban)
    {
        _writes.Save($"ban {ban.Kind} {ban.Subject}", session => DefenceStore.Save(session, ban));
        LogBanned(_logger, ban.Kind, ban.Subject, ban.Until, ban.Reason);
        _events.Publish("ban.added", ("kind", ban.Kind.ToString().ToLowerInvariant()), ("subject", ban.Subject), ("reason", ban.Reason), ("until", ban.Until));
    }

    private void OnAlarm(GuardAlarm alarm)
    {
        LogGuarded(_logger, alarm.User, alarm.Called, alarm.Reason, alarm.Refused, alarm.Rule);
        _events.Publish(new ApplianceEvent("fraud.alarm", alarm.At, new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["user"] = alarm.User,
            ["called"] = alarm.Called,
            ["rule"] = alarm.Rule,
            ["reason"] = alarm.Reason,
            ["refused"] = alarm.Refused,
        }));
    }

    private void SaveCounters()
    {
        IReadOnlyDictionary<string, long> now = Gate.Counters.All;
        if (now.All(counter => _saved.TryGetValue(counter.Key, out long before) && before == counter.Value)) return;
        _saved = now;
        _writes.Save("counters", session => DefenceStore.Save(session, now));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Banned {Kind} {Subject} until {Until:u}: {Reason}. To lift it: tandem ban remove {Subject}")]
    private static partial void LogBanned(ILogger logger, BanKind kind, string subject, DateTimeOffset until, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The ban of {Kind} {Subject} is lifted")]
    private static partial void LogUnbanned(ILogger logger, BanKind kind, string subject);

    [LoggerMessage(Level = LogLevel.Warning, Message = "User {User} may not call {Called}: {Reason} ({Refused} calls since the last word of it); see fraud.{Rule} in the settings")]
    private static partial void LogGuarded(ILogger logger, string user, string called, string reason, long refused, string rule);
}
