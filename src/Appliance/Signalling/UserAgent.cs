using Microsoft.Extensions.Logging;
using Tandem.Net;

namespace Tandem.Signalling;

/// <summary>The SIP user agent of one shard: transactions, dialogs and sessions over its transports (RFC 3261 §8, §12, §13).</summary>
/// <remarks>Everything is called and calls back on the shard's thread.</remarks>
public sealed class UserAgent : IDisposable
{
    private readonly ILogger _logger;

    public UserAgent(SignallingShard shard, SipTransports transports, UserAgentOptions options, ILogger logger)
    {
        _logger = logger;
    }

    /// <summary>Judges requests outside dialogs (not ACK and CANCEL); without it every one is admitted as nobody's.</summary>
    public Func<IncomingRequest, RequestVerdict>? Admit { get; set; }

    /// <summary>An admitted call; its 100 is sent. Whoever takes it answers, now or later; without a taker it is refused with 480.</summary>
    public Action<InviteSession>? IncomingInvite { get; set; }

    /// <summary>An admitted REGISTER, to be answered with <see cref="IncomingRequest.Respond"/>.</summary>
    public Action<IncomingRequest>? Register { get; set; }

    public int Sessions { get; }

    public int Transactions { get; }

    /// <summary>Starts a call. Never throws on what the network does: whatever happens is the session's <see cref="InviteSession.Result"/>.</summary>
    public InviteSession Invite(OutgoingInvite request) => throw new NotSupportedException();

    public void Dispose() => _ = _logger;

    internal void Respond(IncomingRequest request, int status, string? reason, IReadOnlyList<KeyValuePair<string, string>> headers) =>
        throw new NotSupportedException();
}
