using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Sip.Core.Authentication;
using Sip.Core.Messages;
using Tandem.Configuration;
using Tandem.Defence;
using Tandem.Net;
using Tandem.Storage;

namespace Tandem.Signalling;

/// <summary>Who may register and call: users with the right password, as themselves. Everybody else is refused: no open relay.</summary>
/// <remarks>
/// <para>Shard thread only. Fits <see cref="UserAgent.Admit"/>. Known and unknown users get the same answers after the same work;
/// wrong passwords are answered later and later.</para>
/// <para>
/// The order of challenges: sipp 3.6 and PJSIP up to 2.10 read the first challenge only and know MD5 only, so MD5 comes first and SHA-256
/// second, for those who look for the best (RFC 8760 §2.4 leaves the choice to the client). Two kinds get MD5 alone: libre before 2.0, that
/// is baresip 0.x and 1.x, gives up at any challenge that is not MD5, wherever it stands; and browsers, that is JsSIP 3 and SIP.js 0.21,
/// look at the last challenge only and know MD5 only.
/// </para>
/// <para>
/// A wrong password is answered 403, not with another challenge: baresip 1.0 answers each challenge with the same password for ever,
/// and tells its user nothing meanwhile.
/// </para>
/// </remarks>
public sealed class RequestAuthenticator
{
    private readonly DigestAuthenticator _digest;
    private readonly User _nobody;
    private readonly Func<string, User?> _find;
    private readonly Func<TimeSpan> _now;
    private readonly ILogger _logger;
    private readonly string _realm;
    private readonly byte[] _realmBytes;
    private readonly SipGate _gate;

    /// <param name="realm">That of the users' stored secrets.</param>
    /// <param name="find">A user by name; null: none.</param>
    /// <param name="now">The shard's monotonic clock.</param>
    /// <param name="logger">Gets refused credentials.</param>
    public RequestAuthenticator(string realm, Func<string, User?> find, Func<TimeSpan> now, ILogger logger)
        : this(realm, find, now, new SipGate(new DefenceOptions(), new NetworkList([], static _ => false), static () => DateTimeOffset.UtcNow), logger)
    {
    }

    /// <inheritdoc cref="RequestAuthenticator(string, Func{string, User?}, Func{TimeSpan}, ILogger)"/>
    /// <param name="gate">Counts failures and remembers who had the right password.</param>
    internal RequestAuthenticator(string realm, Func<string, User?> find, Func<TimeSpan> now, SipGate gate, ILogger logger)
    {
        (_realm, _find, _now, _gate, _logger) = (realm, find, now, gate, logger);
        _realmBytes = Encoding.UTF8.GetBytes(realm);
        _nobody = User.WithPassword("", "", realm, Convert.ToHexString(RandomNumberGenerator.GetBytes(16)));
        _digest = new DigestAuthenticator(realm, RandomNumberGenerator.GetBytes(32));
    }

    /// <summary>Accounts whose calls come from others: a carrier's, whose From is whoever calls.</summary>
    public Func<string, bool> SpeaksForOthers { get; set; } = static _ => false;

    /// <summary>Judges a request outside dialogs.</summary>
    public RequestVerdict Admit(IncomingRequest request)
    {
        SipMessage message = request.Message;
        bool register = message.Method == SipMethod.Register;
        // What those are answered who keep a connection or a NAT's hole open; strangers are asked as for a call (§11.2).
        if (message.Method == SipMethod.Options && _gate.Knows(request.Flow.Remote.Address, _now())) return RequestVerdict.Admit();
        // A registrar is a UAS and asks with 401; towards a call we stand where a proxy would (§22.2, §22.3). Answers to either are taken.
        SipHeaderId asked = register ? SipHeaderId.Authorization : SipHeaderId.ProxyAuthorization;
        SipHeaderId other = register ? SipHeaderId.ProxyAuthorization : SipHeaderId.Authorization;
        if (!DigestCredentials.TryFind(message, asked, _realmBytes, out DigestCredentials credentials)
            && !DigestCredentials.TryFind(message, other, _realmBytes, out credentials))
            return Challenge(request, stale: false);

        TimeSpan now = _now();
        string name = credentials.GetUser();
        var source = SourceKey.Of(request.Flow.Remote.Address);
        if (!_gate.Logins.MayTry(source, name, _gate.IsAccountBanned(name, now), now)) return TryLater();
        User user = _find(name) ?? _nobody;
        DigestSecret secret = DigestSecret.FromHex(user.Ha1Md5, user.Ha1Sha256);
        bool known = user != _nobody & user.Realm == _realm;
        switch (_digest.Verify(credentials, known ? secret : null, message.MethodName, now, Peer(source)))
        {
            case DigestOutcome.Ok:
                _gate.Logins.Succeeded(source, name);
                _gate.Proved(request.Flow.Remote.Address, now);
                return IsAs(message, name, register) || (!register && SpeaksForOthers(name)) ? RequestVerdict.Admit(name) : RequestVerdict.Refuse(403);
            case DigestOutcome.Stale:
                return Challenge(request, stale: true);
            case DigestOutcome.Wrong:
                RegistrarLog.WrongCredentials(_logger, name, request.Flow);
                return RequestVerdict.Refuse(403) with { Delay = _gate.Failed(request.Flow.Remote.Address, name, now) };
            default:
                return Challenge(request, stale: false);
        }
    }

    /// <summary>Nobody registers or calls as somebody else.</summary>
    private static bool IsAs(SipMessage message, string user, bool register) =>
        SipFields.User(message.First(SipHeaderId.From)) == user && (!register || SipFields.User(message.First(SipHeaderId.To)) == user);

    private RequestVerdict Challenge(IncomingRequest request, bool stale)
    {
        bool register = request.Message.Method == SipMethod.Register;
        string header = register ? "WWW-Authenticate" : "Proxy-Authenticate";
        TimeSpan now = _now();
        long peer = Peer(SourceKey.Of(request.Flow.Remote.Address));
        List<KeyValuePair<string, string>> challenges = [new(header, _digest.Challenge(DigestAlgorithm.Md5, stale, now, peer))];
        if (!StopsAtSha256(request)) challenges.Add(new(header, _digest.Challenge(DigestAlgorithm.Sha256, stale, now, peer)));
        return RequestVerdict.Challenge(register ? 401 : 407, challenges);
    }

    private static bool StopsAtSha256(IncomingRequest request)
    {
        if (request.Flow.Transport is SipTransport.Ws or SipTransport.Wss) return true;
        ReadOnlySpan<byte> agent = request.Message.First(SipHeaderId.UserAgent);
        return agent.StartsWith("baresip v0."u8) || agent.StartsWith("baresip v1."u8);
    }

    private static RequestVerdict TryLater() =>
        RequestVerdict.Refuse(503) with { Headers = [new("Retry-After", 30.ToString(CultureInfo.InvariantCulture))] };

    /// <summary>What a nonce is bound to. It differs from run to run, and so does the key of the nonces.</summary>
    private static long Peer(SourceKey source) => source.GetHashCode();
}
