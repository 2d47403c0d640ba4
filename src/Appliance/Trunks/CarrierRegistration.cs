using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Sip.Core.Authentication;
using Sip.Core.Grammar;
using Sip.Core.Messages;
using Tandem.Net;
using Tandem.Routing;
using Tandem.Signalling;

namespace Tandem.Trunks;

/// <summary>Our registration with one carrier (RFC 3261 §10.2), kept until it is stopped. Shard thread only.</summary>
internal sealed class CarrierRegistration
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(8);

    private readonly UserAgent _agent;
    private readonly ILogger _logger;
    private readonly string _carrier, _user, _registrar, _addressOfRecord, _callId;
    private readonly DigestClient _digest;
    private readonly RegistrationSchedule _schedule;
    private readonly AgentTimer _due;
    private readonly Action<CarrierRegistration> _changed;
    private uint _cseq = 1;
    private bool _asking, _again, _stopped;

    /// <param name="agent">Sends.</param>
    /// <param name="carrier">One that registers; it has a user and a password.</param>
    /// <param name="registrar">Its registrar's URI.</param>
    /// <param name="changed">The state is another one, or the registration goes over another flow.</param>
    /// <param name="logger">Gets what becomes of it.</param>
    public CarrierRegistration(UserAgent agent, Carrier carrier, string registrar, Action<CarrierRegistration> changed, ILogger logger)
    {
        (_agent, _logger, _changed, _carrier, _user) = (agent, logger, changed, carrier.Name, carrier.AuthUser!);
        _registrar = WithoutUser(registrar, out string host);
        _addressOfRecord = $"sip:{SipFields.EscapeUser(_user)}@{host}";
        _callId = agent.Ids.NewCallId();
        _digest = new DigestClient(new DigestLogin(_user, carrier.AuthPassword!, carrier.AuthRealm));
        _schedule = new RegistrationSchedule(Math.Max(1, carrier.RegisterSeconds), agent.Now);
        _due = new AgentTimer(Ask);
        agent.Arm(_due, agent.Now);
    }

    public string Carrier => _carrier;

    public RegistrationState State => _schedule.State;

    public TimeSpan Since => _schedule.Since;

    public TimeSpan NextAt => _schedule.NextAt;

    public TimeSpan ExpiresAt => _schedule.ExpiresAt;

    public int LastCode { get; private set; }

    public string? Problem { get; private set; }

    /// <summary>The way that the registration went, by which the carrier reaches us; null: there is none.</summary>
    public SipFlow? Flow { get; private set; }

    /// <summary>The carrier came back, or the connection to it is gone: register now.</summary>
    public void Hurry()
    {
        if (_stopped) return;
        _schedule.Hurry(_agent.Now);
        if (_asking) _again = true;
        else _agent.Arm(_due, _schedule.NextAt);
    }

    /// <summary>No further REGISTER but one that takes the registration back.</summary>
    /// <param name="done">Called once, when the registrar has heard of it or does not listen.</param>
    public void Stop(Action done)
    {
        _stopped = true;
        _agent.Arm(_due, TimeSpan.MaxValue);
        if (_schedule.ExpiresAt <= _agent.Now) done();
        else Send(0, _ => done());
    }

    private void Ask()
    {
        if (_asking || _stopped) return;
        _asking = true;
        Send(_schedule.AskSeconds, Told);
    }

    private void Send(int seconds, Action<RequestResult> done) => _agent.Request(new OutgoingRequest
    {
        Method = SipMethod.Register,
        Target = _registrar,
        From = _addressOfRecord,
        To = _addressOfRecord,
        ContactUser = _user,
        Headers = [new("Expires", seconds.ToString(System.Globalization.CultureInfo.InvariantCulture))],
        CallId = _callId,
        CSeq = _cseq,
        Digest = _digest,
        Limit = s_patience,
    }, result =>
    {
        _cseq = result.CSeq + 1;
        done(result);
    });

    private void Told(RequestResult result)
    {
        _asking = false;
        if (_stopped) return;
        RegistrationState before = State;
        SipFlow? flow = Flow;
        LastCode = result.Status;
        if (result.Status is >= 200 and < 300) OnAccepted(result, before);
        else if (result.Status == 423 && TryMinExpires(result.Response!, out int least) && _schedule.OnTooBrief(least, _agent.Now)) Problem = null;
        else if (IsTrouble(result)) OnTrouble(result);
        else OnRefused(result);
        if (_again)
        {
            _again = false;
            _schedule.Hurry(_agent.Now);
        }
        _agent.Arm(_due, _schedule.NextAt);
        if (State != before || !Equals(flow, Flow)) _changed(this);
    }

    private void OnAccepted(RequestResult result, RegistrationState before)
    {
        TimeSpan expires = Granted(result.Response!, _user, _schedule.AskSeconds);
        _schedule.OnAccepted(expires, _agent.Now);
        (Problem, Flow) = (null, result.Flow);
        if (before != RegistrationState.Registered) TrunkLog.Registered(_logger, _carrier, _user, _registrar, (int)expires.TotalSeconds);
    }

    private void OnTrouble(RequestResult result)
    {
        Problem = result.Response is not null ? $"it answers {result.Status}" : result.Status == 408 ? "no answer" : "it cannot be reached";
        _schedule.OnFailed(result.Response is { } response ? SipFields.RetryAfter(response) : null, RandomNumberGenerator.GetInt32(1001) / 1000.0, _agent.Now);
        TrunkLog.RegistrationFailing(_logger, _carrier, _registrar, Problem, SecondsToNext());
    }

    private void OnRefused(RequestResult result)
    {
        Problem = result.Status is 401 or 407 ? RequestText.WhyNotAnswered(result.NotAnswered) : $"it answers {result.Status}";
        _schedule.OnRefused(_agent.Now);
        TrunkLog.RegistrationRefused(_logger, _carrier, _registrar, _user, Problem, SecondsToNext());
    }

    private int SecondsToNext() => (int)Math.Ceiling((_schedule.NextAt - _agent.Now).TotalSeconds);

    /// <summary>Not a judgement about us: silence, an overloaded or broken registrar, too many requests.</summary>
    private static bool IsTrouble(RequestResult result) => result.Response is null || result.Status is 408 or 429 or 480 or 491 or (>= 500 and < 600);

    private static bool TryMinExpires(SipMessage response, out int seconds)
    {
        bool known = SipGrammar.TryNumber(response.First(SipHeaderId.MinExpires), 7 * 86400, out uint least);
        seconds = (int)least;
        return known;
    }

    /// <summary>§10.2.4: what our Contact was granted; registrars list those of others beside it.</summary>
    private static TimeSpan Granted(SipMessage response, string user, int asked)
    {
        uint? ours = null;
        foreach (ReadOnlySpan<byte> value in response.All(SipHeaderId.Contact))
            if (Contact.TryParse(value, out Contact contact) && contact.Expires is { } seconds && SipFields.UserOf(contact.Uri) == user && !(ours > seconds)) ours = seconds;
        if (ours is null && SipGrammar.TrySeconds(response.First(SipHeaderId.Expires), out uint all)) ours = all;
        return TimeSpan.FromSeconds(Math.Min(ours ?? (uint)asked, 7 * 86400));
    }

    /// <summary>The registrar as a Request-URI (§10.2: no user), and its host for the address of record.</summary>
    private static string WithoutUser(string uri, out string host)
    {
        byte[] text = Encoding.UTF8.GetBytes(uri);
        if (!SipUri.TryParse(text, out SipUri parsed))
        {
            host = uri;
            return uri;
        }
        host = parsed.IsIPv6 ? $"[{Encoding.ASCII.GetString(parsed.Host)}]" : Encoding.ASCII.GetString(parsed.Host);
        int at = parsed.HasUser ? uri.IndexOf('@', StringComparison.Ordinal) + 1 : uri.IndexOf(':', StringComparison.Ordinal) + 1;
        return $"{Encoding.ASCII.GetString(parsed.Scheme)}:{uri[at..]}";
    }
}
