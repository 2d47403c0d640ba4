using Sip.Core.Authentication;
using Sip.Core.Messages;
using Tandem.Net;

namespace Tandem.Signalling;

/// <summary>A request outside dialogs that makes none: OPTIONS, REGISTER.</summary>
public sealed record OutgoingRequest
{
    public required SipMethod Method { get; init; }

    /// <summary>Request-URI; its hosts are tried one after the other (RFC 3263 §4.3).</summary>
    public required string Target { get; init; }

    /// <summary>Where it goes, whatever the target says; null: found by DNS if need be.</summary>
    public SipFlow? Flow { get; init; }

    /// <summary>URI of From, without brackets; null: our own address.</summary>
    public string? From { get; init; }

    /// <summary>URI of To; null: <see cref="Target"/>.</summary>
    public string? To { get; init; }

    /// <summary>User part of a Contact that leads to us; null: no Contact.</summary>
    public string? ContactUser { get; init; }

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Null: made by the user agent.</summary>
    public string? CallId { get; init; }

    /// <summary>Number of the first try; each further one has one more.</summary>
    public uint CSeq { get; init; } = 1;

    /// <summary>Answers challenges, and keeps what it learns for the next request; null: none is answered.</summary>
    public DigestClient? Digest { get; init; }

    /// <summary>A host without a final response is given up after this; zero: after 64*T1.</summary>
    public TimeSpan Limit { get; init; }
}
