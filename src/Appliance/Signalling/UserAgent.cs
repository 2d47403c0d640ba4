using Microsoft.Extensions.Logging;
using Sip.Core.Transactions;
using Tandem.Net;

namespace Tandem.Signalling;

/// <summary>The SIP user agent of one shard: transactions, dialogs and sessions over its transports (RFC 3261 §8, §12, §13).</summary>
/// <remarks>Everything is called and calls back on the shard's thread.</remarks>
public sealed partial class UserAgent : IDisposable
{
    private readonly DeadlineHeap<AgentTimer> _timers = new();
    private readonly Dictionary<string, InviteSession> _sessions = [];
    private readonly Dictionary<string, InviteSession>.AlternateLookup<ReadOnlySpan<char>> _sessionsByText;
    private readonly HopFinder _hops;
    private readonly ReturningPeers _returning;
    private TimeSpan _alarm = TimeSpan.MaxValue;
    private ServerTransaction? _current;

    public UserAgent(SignallingShard shard, SipTransports transports, UserAgentOptions options, ILogger logger)
        : this(new ShardPort(shard, transports, new DnsNames(options.DnsServers, logger)), options, logger)
    {
    }

    public UserAgent(SignallingPort port, UserAgentOptions options, ILogger logger)
    {
        (Port, Options, Log) = (port, options, logger);
        Ids = new SipIds(port.Shard);
        Layer = new TransactionLayer(port, options.Timers, Ids) { DeadlineSet = Alarm, AckReceived = OnAckInTransaction };
        _sessionsByText = _sessions.GetAlternateLookup<ReadOnlySpan<char>>();
        _hops = new HopFinder(port);
        _returning = new ReturningPeers(this, options.ReturnTime);
        port.Received = OnReceived;
        port.Malformed = OnMalformed;
        port.FlowClosed = OnFlowClosed;
        port.Undelivered = OnUndelivered;
        port.Woken = OnWoken;
    }

    /// <summary>Judges INVITE and REGISTER outside dialogs; without it every one is admitted as nobody's.</summary>
    public Func<IncomingRequest, RequestVerdict>? Admit { get; set; }

    /// <summary>An admitted call; its 100 is sent. Whoever takes it answers, now or later; without a taker it is refused with 480.</summary>
    public Action<InviteSession>? IncomingInvite { get; set; }

    /// <summary>Whether a user has a phone registered at the address of a flow: asked when a request in a dialog comes from a new one.</summary>
    public Func<string, SipFlow, bool>? IsRegisteredAt { get; set; }

    /// <summary>An admitted REGISTER, to be answered with <see cref="IncomingRequest.Respond"/>.</summary>
    public Action<IncomingRequest>? Register { get; set; }

    /// <summary>A connection is gone; what it carried here has been told already. For the registrar.</summary>
    public Action<SipFlow>? FlowClosed { get; set; }

    /// <summary>Sessions that are not over, those whose BYE has no answer yet included.</summary>
    public int Sessions => _sessions.Count;

    public int Transactions => Layer.Count;

    /// <summary>Exceptions that came out of the handling of one message or timer; each is logged and ends there.</summary>
    public long Failures { get; private set; }

    /// <summary>Deadlines of sessions that are set.</summary>
    internal int Timers => _timers.Count;

    internal SignallingPort Port { get; }

    internal UserAgentOptions Options { get; }

    internal ILogger Log { get; }

    internal SipIds Ids { get; }

    internal TransactionLayer Layer { get; }

    internal TimeSpan Now => Port.Now;

    /// <summary>Starts a call. Never throws on what the network does: whatever happens is the session's <see cref="InviteSession.Result"/>.</summary>
    public InviteSession Invite(OutgoingInvite request)
    {
        var session = new InviteSession(this, request);
        session.Start();
        return session;
    }

    /// <summary>Sends a request outside dialogs.</summary>
    /// <param name="request">What to send.</param>
    /// <param name="done">Called once, on the shard: within this call where there is no way to the target, else later.</param>
    public void Request(OutgoingRequest request, Action<RequestResult> done) => new RequestExchange(this, request, done).Start();

    /// <summary>The flow that a request for <paramref name="uri"/> would take, asking DNS if need be; null: there is no way there.</summary>
    public Task<SipFlow?> FlowToAsync(string uri)
    {
        var flow = new TaskCompletionSource<SipFlow?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _hops.Find(System.Text.Encoding.UTF8.GetBytes(uri), found => flow.SetResult(FlowTo(found.Hops, null)));
        return flow.Task;
    }

    /// <summary>Where a request for <paramref name="uri"/> may go, in the order to try it in (RFC 3263), asking DNS if need be; empty: nowhere.</summary>
    internal Task<HopAnswer> HopsToAsync(string uri)
    {
        var found = new TaskCompletionSource<HopAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        _hops.Find(System.Text.Encoding.UTF8.GetBytes(uri), found.SetResult);
        return found.Task;
    }

    /// <summary>The flow to a host; null: there is no way there.</summary>
    internal SipFlow? Open(Hop hop) => Port.Open(hop.Transport, hop.Address, hop.Name);

    /// <summary>Ends every session, each as its state asks for: the appliance goes down.</summary>
    public void TerminateAll(string? reasonHeader = null)
    {
        foreach (InviteSession session in (InviteSession[])[.. _sessions.Values]) session.Terminate(reasonHeader, status: 503);
    }

    public void Dispose()
    {
        Port.Received = null;
        Port.Malformed = null;
        Port.FlowClosed = null;
        Port.Undelivered = null;
        Port.Woken = null;
        Port.WakeAt(TimeSpan.MaxValue);
    }

    /// <summary>Sets, moves or (MaxValue) clears a timer.</summary>
    internal void Arm(AgentTimer timer, TimeSpan at)
    {
        _timers.Set(timer, at);
        Alarm(at);
    }

    internal void Add(InviteSession session, string localTag) => _sessions[localTag] = session;

    internal void Remove(string localTag) => _sessions.Remove(localTag);

    /// <summary>Finds the flow for the next request in a dialog and calls <paramref name="then"/>: at once where no name must be asked for.</summary>
    /// <param name="leg">The dialog; its flow is moved where need be.</param>
    /// <param name="then">Gets null when there is no way to the peer.</param>
    internal void WithFlow(DialogLeg leg, Action<SipFlow?> then)
    {
        if (leg is { Sticky: true, Flow: { } flow }) leg.Flow = flow.Current;
        if (leg is { Sticky: true, Flow.IsOpen: true })
        {
            then(leg.Flow);
            return;
        }
        ReadOnlyMemory<byte> next = leg.State.Route().NextHop;
        bool known = leg.FoundFor.Span.SequenceEqual(next.Span) || (leg.State.RouteSet.Count == 0 && HopFinder.IsPrivate(next.Span)
            && leg.Flow is { } used && !HopFinder.IsPrivate(System.Text.Encoding.ASCII.GetBytes($"sip:{Host(used)}")));
        if (known && leg.Flow is { IsOpen: true })
        {
            then(leg.Flow);
            return;
        }
        if (leg is { Sticky: true, Flow: { IsReliable: true } gone } && HopFinder.NamesNoHost(next.Span))
        {
            _returning.Await(gone, came =>
            {
                leg.Flow = came ?? leg.Flow;
                then(came);
            });
            return;
        }
        _hops.Find(next.Span, found =>
        {
            leg.Flow = FlowTo(found.Hops, leg.Flow) ?? leg.Flow;
            leg.FoundFor = next;
            then(leg.Flow is { IsOpen: true } ? leg.Flow : null);
        });
    }

    /// <summary>The peer of a connection came back over another, which is <see cref="SipFlow.Current"/> now.</summary>
    internal void OnFlowReplaced(SipFlow before) => Guarded(() => _returning.CameBack(before));

    internal void Find(ReadOnlySpan<byte> uri, Action<HopAnswer> found) => _hops.Find(uri, found);

    /// <summary>Whether a sip URI names this host: address or domain, and the port (INTEROP 4).</summary>
    public bool IsOwn(ReadOnlySpan<byte> uri)
    {
        if (!Sip.Core.Grammar.SipUri.TryParse(uri, out Sip.Core.Grammar.SipUri parsed)) return false;
        int number = parsed.Port != 0 ? parsed.Port
            : parsed.IsSecure || (parsed.Parameters.TryGet("transport"u8, out ReadOnlySpan<byte> transport)
                && System.Text.Ascii.EqualsIgnoreCase(transport, "tls"u8)) ? 5061 : 5060;
        foreach (string domain in Options.Domains)
            if (System.Text.Ascii.EqualsIgnoreCase(parsed.Host, domain)) return parsed.Port == 0 || Port.IsOwn(System.Net.IPAddress.Any, number);
        return Sip.Core.Grammar.SipUriText.TryAddress(parsed.Host, out System.Net.IPAddress? address) && Port.IsOwn(address!, number);
    }

    /// <summary>The first hop that can be opened; a connection that leads there already is used again.</summary>
    private SipFlow? FlowTo(IReadOnlyList<Hop> hops, SipFlow? used)
    {
        foreach (Hop hop in hops)
        {
            if (used is { IsOpen: true } && used.Transport == hop.Transport && used.Remote.Address.Equals(hop.Address.Address)
                && (used.IsReliable || used.Remote.Port == hop.Address.Port)) return used;
            if (Port.Open(hop.Transport, hop.Address, hop.Name) is { } opened) return opened;
        }
        return null;
    }

    private static string Host(SipFlow flow) =>
        flow.Remote.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[{flow.Remote.Address}]" : flow.Remote.Address.ToString();

    private void Alarm(TimeSpan at)
    {
        if (at >= _alarm) return;
        _alarm = at;
        Port.WakeAt(at);
    }

    private void OnWoken()
    {
        _alarm = TimeSpan.MaxValue;
        Guarded(static agent => agent.Layer.OnTimers());
        while (_timers.TryTake(Now, out AgentTimer? timer)) Guarded(timer.Due);
        Alarm(Layer.NextDeadline < _timers.Next ? Layer.NextDeadline : _timers.Next);
    }

    private void OnFlowClosed(SipFlow flow)
    {
        Guarded(() => Layer.OnFlowClosed(flow));
        Guarded(() => FlowClosed?.Invoke(flow));
    }

    private void OnUndelivered(in Net.Interop.NativeSocketAddress target, ReadOnlySpan<byte> beginning)
    {
        if (Layer.FindSent(target, beginning) is { } transaction) Guarded(() => Layer.OnUnreachable(transaction));
    }

    private void Guarded(Action<UserAgent> work) => Guarded(() => work(this));

    private void Guarded(Action work)
    {
        try
        {
            work();
        }
#pragma warning disable CA1031 // the worker's edge: one message or timer fails, and no other hears of it
        catch (Exception e)
#pragma warning restore CA1031
        {
            OnFailure(e);
        }
    }

    private void OnFailure(Exception e)
    {
        Failures++;
        SignallingLog.HandlingFailed(Log, e);
        if (_current is not { HasFinal: false } request) return;
        request.Session?.Reject(500);
        Respond(request, 500);
    }
}
