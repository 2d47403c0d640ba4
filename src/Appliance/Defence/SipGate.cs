using System.Net;
using Sip.Core.Messages;
using Tandem.Configuration;
using Tandem.Net;
using Tandem.Net.Interop;

namespace Tandem.Defence;

/// <summary>
/// Stands before the parser and says what may pass: not what banned sources send, no more of a source than its rate, no more of all
/// strangers together than theirs; behind the parser, nothing that shows the marks of a scanner.
/// </summary>
/// <remarks>
/// <para>Shard thread. Time is an argument. Memory does not grow with the number of sources.</para>
/// <para>Nobody is banned for what another can send in his name: over UDP a source is forged easily. A wrong password is none of that, as
/// its nonce went to that source before; for the rest a message is dropped, and no more.</para>
/// </remarks>
internal sealed class SipGate
{
    private const int Sources = 65_536, Bans = 10_000, BurstSeconds = 5, StrangersInCall = 5;
    private const float ProvenShare = 1 / 20f;

    private static readonly TimeSpan s_provenFor = TimeSpan.FromHours(2);

    private readonly DefenceOptions _options;
    private readonly NetworkList _exempt;
    private readonly SourceTable _sources;
    private readonly BanList<SourceKey> _sourceBans = new(Bans);
    private readonly BanList<string> _accountBans = new(Bans);
    private readonly Func<DateTimeOffset> _today;
    private RateBucket _strangers, _strangersInCall;
    private int _lists = 1;

    /// <param name="options">The settings.</param>
    /// <param name="exempt">Who is held by nothing.</param>
    /// <param name="today">Wall clock, for what people see of bans.</param>
    public SipGate(DefenceOptions options, NetworkList exempt, Func<DateTimeOffset> today)
    {
        (_options, _exempt, _today) = (options, exempt, today);
        RateLimit[] limits = new RateLimit[RequestClasses.Count];
        limits[(int)RequestClass.Invite] = Of(options.InvitesPerSecond);
        limits[(int)RequestClass.Register] = Of(options.RegistersPerSecond);
        limits[(int)RequestClass.Options] = Of(options.OptionsPerSecond);
        limits[(int)RequestClass.Other] = Of(options.OthersPerSecond);
        limits[(int)RequestClass.InCall] = Of(options.InCallPerSecond);
        limits[(int)RequestClass.Connection] = Of(options.ConnectionsPerSecond);
        _sources = new SourceTable(limits, Sources);
        _strangers = new RateBucket(new RateLimit(options.StrangersPerSecond, options.StrangersPerSecond));
        _strangersInCall = new RateBucket(new RateLimit(options.StrangersPerSecond * StrangersInCall, options.StrangersPerSecond * StrangersInCall));
        Logins = new LoginGuard(options);
    }

    public DefenceCounters Counters { get; } = new();

    public LoginGuard Logins { get; }

    /// <summary>A ban began.</summary>
    public Action<Ban>? Banned { get; set; }

    /// <summary>There is a source in <see cref="Known"/> that was not.</summary>
    public Action? Met { get; set; }

    public bool IsEnabled => _options.Enabled;

    /// <summary>Sources that limits are kept for, at most.</summary>
    public int Capacity => _sources.Capacity;

    /// <summary>A datagram, before anything looks at more than its first bytes.</summary>
    public bool AdmitsDatagram(in NativeSocketAddress remote, ReadOnlySpan<byte> bytes, TimeSpan now)
    {
        if (!_options.Enabled) return true;
        ref Source source = ref Find(SourceKey.Of(remote), now, remote);
        if (source.IsExempt) return true;
        if (IsBanned(source.Key, now)) return false;
        RequestClass kind = RequestClasses.Of(bytes);
        bool proven = source.ProvenUntil > now;
        if (!SourceTable.TryTake(ref source, kind, proven ? ProvenShare : 1)) return Drops(DefenceCount.TooFast);
        if (proven) return true;
        return (kind == RequestClass.InCall ? _strangersInCall.TryTake(now) : _strangers.TryTake(now)) || Drops(DefenceCount.Strangers);
    }

    /// <summary>A message of a connection: its source is no forgery, and one that is too fast loses the connection.</summary>
    public bool AdmitsMessage(SipFlow flow, ReadOnlySpan<byte> bytes, TimeSpan now)
    {
        if (!_options.Enabled) return true;
        ref Source source = ref Find(flow.Remote.Address, now);
        if (source.IsExempt) return true;
        if (IsBanned(source.Key, now)) return false;
        return SourceTable.TryTake(ref source, RequestClasses.Of(bytes), source.ProvenUntil > now ? ProvenShare : 1) || Drops(DefenceCount.TooFast);
    }

    /// <summary>Somebody connects.</summary>
    public bool AdmitsConnection(IPAddress remote, TimeSpan now)
    {
        if (!_options.Enabled) return true;
        ref Source source = ref Find(remote, now);
        if (source.IsExempt) return true;
        if (IsBanned(source.Key, now)) return false;
        return SourceTable.TryTake(ref source, RequestClass.Connection, source.ProvenUntil > now ? ProvenShare : 1) || Drops(DefenceCount.Connections);
    }

    /// <summary>A request that parsed.</summary>
    public bool AdmitsRequest(SipMessage request, SipFlow flow, TimeSpan now)
    {
        if (!_options.Enabled || !_options.Scanners || !request.ToTag.IsEmpty || Knows(flow.Remote.Address, now) || !ScannerSigns.Shows(request)) return true;
        if (flow.IsReliable) BanSource(SourceKey.Of(flow.Remote.Address), "the marks of a scanner", _options.BanTime, now);
        return Drops(DefenceCount.Scanners);
    }

    /// <summary>Whether the source is on a list, or somebody had a right password there not long ago.</summary>
    public bool Knows(IPAddress remote, TimeSpan now)
    {
        ref Source source = ref Find(remote, now);
        return source.IsExempt || source.ProvenUntil > now;
    }

    /// <summary>Somebody had the right password there.</summary>
    public void Proved(IPAddress remote, TimeSpan now)
    {
        ref Source source = ref Find(remote, now);
        bool isNew = source.ProvenUntil <= now;
        source.ProvenUntil = now + s_provenFor;
        if (isNew) Met?.Invoke();
    }

    /// <summary>Sources that are no strangers, as far as they have been seen: what they send should not wait behind what strangers send.</summary>
    public IReadOnlyList<SourceKey> Known(TimeSpan now) => [.. _sources.Known(now)];

    /// <summary>Whether strangers may try this account.</summary>
    public bool IsAccountBanned(string account, TimeSpan now) => _options.Enabled && _accountBans.Holds(account, now);

    /// <summary>A wrong password for a nonce that went to that source.</summary>
    /// <returns>How long the answer waits.</returns>
    public TimeSpan Failed(IPAddress remote, string account, TimeSpan now)
    {
        Counters.Count(DefenceCount.WrongPasswords);
        ref Source source = ref Find(remote, now);
        LoginFailure failure = Logins.Failed(source.Key, account, source.ProvenUntil > now, now);
        if (!_options.Enabled) return failure.Delay;
        if (failure.BansSource && !source.IsExempt) BanSource(source.Key, "wrong passwords", _options.BanTime, now);
        if (failure.BansAccount) BanAccount(account, "wrong passwords", _options.BanTime, now);
        return failure.Delay;
    }

    public Ban? BanSource(SourceKey source, string reason, TimeSpan time, TimeSpan now)
    {
        Ban ban = New(BanKind.Source, source.ToString(), reason, time);
        return Made(_sourceBans.Add(source, ban, now + time, now), ban, DefenceCount.SourceBans);
    }

    public Ban? BanAccount(string account, string reason, TimeSpan time, TimeSpan now)
    {
        Ban ban = New(BanKind.Account, account, reason, time);
        return Made(_accountBans.Add(account, ban, now + time, now), ban, DefenceCount.AccountBans);
    }

    /// <returns>False: there was no such ban.</returns>
    public bool Unban(BanKind kind, string subject) => kind == BanKind.Account
        ? _accountBans.Remove(subject)
        : SourceKey.TryParse(subject, out SourceKey source) && _sourceBans.Remove(source);

    /// <summary>Bans in force.</summary>
    public IReadOnlyList<Ban> List(TimeSpan now) => [.. _sourceBans.List(now), .. _accountBans.List(now)];

    /// <summary>Puts back what an earlier run had.</summary>
    public void Restore(IEnumerable<Ban> bans, TimeSpan now)
    {
        DateTimeOffset today = _today();
        foreach (Ban ban in bans)
        {
            if (ban.Until <= today) continue;
            TimeSpan until = now + (ban.Until - today);
            if (ban.Kind == BanKind.Account) _accountBans.Add(ban.Subject, ban, until, now);
            else if (SourceKey.TryParse(ban.Subject, out SourceKey source)) _sourceBans.Add(source, ban, until, now);
        }
    }

    /// <summary>The lists of those that nothing holds have changed.</summary>
    public void ReadLists() => _lists++;

    private static RateLimit Of(int perSecond) => new(perSecond, perSecond * BurstSeconds);

    private bool IsBanned(SourceKey source, TimeSpan now)
    {
        if (!_sourceBans.Holds(source, now)) return false;
        Counters.Count(DefenceCount.Banned);
        return true;
    }

    private bool Drops(DefenceCount what)
    {
        Counters.Count(what);
        return false;
    }

    private Ban New(BanKind kind, string subject, string reason, TimeSpan time)
    {
        DateTimeOffset today = _today();
        return new Ban(kind, subject, reason, today, today + time, 0);
    }

    private Ban? Made(bool isNew, Ban ban, DefenceCount what)
    {
        if (!isNew) return null;
        Counters.Count(what);
        Banned?.Invoke(ban);
        return ban;
    }

    private ref Source Find(SourceKey key, TimeSpan now, in NativeSocketAddress remote)
    {
        ref Source source = ref _sources.Find(key, now);
        if (source.ListsRead != _lists) ReadLists(ref source, remote.ToAddress());
        return ref source;
    }

    private ref Source Find(IPAddress remote, TimeSpan now)
    {
        ref Source source = ref _sources.Find(SourceKey.Of(remote), now);
        if (source.ListsRead != _lists) ReadLists(ref source, remote);
        return ref source;
    }

    private void ReadLists(ref Source source, IPAddress remote)
    {
        bool was = source.IsExempt;
        (source.IsExempt, source.ListsRead) = (_exempt.Contains(remote), _lists);
        if (source.IsExempt && !was) Met?.Invoke();
    }
}
