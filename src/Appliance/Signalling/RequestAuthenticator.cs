using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Sip.Core.Authentication;
using Sip.Core.Messages;
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
    private const int LongestName = 64;

    private readonly DigestAuthenticator _digest;
    private readonly User _nobody;
    private readonly Func<string, User?> _find;
    private readonly Func<TimeSpan> _now;
    private readonly ILogger _logger;
    private readonly string _realm;
    private readonly byte[] _realmBytes;
    private readonly FailureThrottle _byUser = new(), _bySource = new(free: 30);

    /// <param name="realm">That of the users' stored secrets.</param>
    /// <param name="find">A user by name; null: none.</param>
    /// <param name="now">The shard's monotonic clock.</param>
    /// <param name="logger">Gets refused credentials.</param>
    public RequestAuthenticator(string realm, Func<string, User?> find, Func<TimeSpan> now, ILogger logger)
    {
        (_realm, _find, _now, _logger) = (realm, find, now, logger);
        _realmBytes = Encoding.UTF8.GetBytes(realm);
        _nobody = User.WithPassword("", "", realm, Convert.ToHexString(RandomNumberGenerator.GetBytes(16)));
        _digest = new DigestAuthenticator(realm, RandomNumberGenerator.GetBytes(32));
    }

    /// <summary>Accounts whose calls come from others: a carrier's, whose From is whoever calls.</summary>
    public Func<string, bool> SpeaksForOthers { get; set; } = static _ => false;

    /// <summary>Credentials that were wrong, since start.</summary>
    public long Failures { get; private set; }

    /// <summary>Judges a request outside dialogs.</summary>
    public RequestVerdict Admit(IncomingRequest request)
    {
        SipMessage message = request.Message;
        bool register = message.Method == SipMethod.Register;
        // A registrar is a UAS and asks with 401; towards a call we stand where a proxy would (§22.2, §22.3). Answers to either are taken.
        SipHeaderId asked = register ? SipHeaderId.Authorization : SipHeaderId.ProxyAuthorization;
        SipHeaderId other = register ? SipHeaderId.ProxyAuthorization : SipHeaderId.Authorization;
        if (!DigestCredentials.TryFind(message, asked, _realmBytes, out DigestCredentials credentials)
            && !DigestCredentials.TryFind(message, other, _realmBytes, out credentials))
            return Challenge(request, stale: false);

        TimeSpan now = _now();
        string name = credentials.GetUser(), source = SourceOf(request.Flow.Remote.Address),
            attempt = $"{source} {(name.Length > LongestName ? name[..LongestName] : name)}";
        if (!_byUser.MayTry(attempt, now) || !_bySource.MayTry(source, now)) return TryLater();
        User user = _find(name) ?? _nobody;
        DigestSecret secret = DigestSecret.FromHex(user.Ha1Md5, user.Ha1Sha256);
        bool known = user != _nobody & user.Realm == _realm;
        switch (_digest.Verify(credentials, known ? secret : null, message.MethodName, now))
        {
            case DigestOutcome.Ok:
                _byUser.Succeeded(attempt);
                return IsAs(message, name, register) || (!register && SpeaksForOthers(name)) ? RequestVerdict.Admit(name) : RequestVerdict.Refuse(403);
            case DigestOutcome.Stale:
                return Challenge(request, stale: true);
            case DigestOutcome.Wrong:
                Failures++;
                TimeSpan delay = _byUser.Failed(attempt, now), wide = _bySource.Failed(source, now);
                RegistrarLog.WrongCredentials(_logger, name, request.Flow);
                return RequestVerdict.Refuse(403) with { Delay = delay > wide ? delay : wide };
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
        List<KeyValuePair<string, string>> challenges = [new(header, _digest.Challenge(DigestAlgorithm.Md5, stale, now))];
        if (!StopsAtSha256(request)) challenges.Add(new(header, _digest.Challenge(DigestAlgorithm.Sha256, stale, now)));
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

    /// <summary>One subscriber: an IPv4 address, or an IPv6 /64, of which a stranger has 2^64.</summary>
    private static string SourceOf(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address.ToString();
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        return Convert.ToHexString(bytes[..8]);
    }
}
