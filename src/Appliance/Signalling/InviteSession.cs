using Tandem.Net;

namespace Tandem.Signalling;

/// <summary>A session set up by INVITE, on either side (RFC 3261 §13–15). Shard thread only.</summary>
/// <remarks>
/// Tasks complete and <see cref="Ended"/> is cancelled by way of the shard's queue, never inside the call that causes it: call code
/// always starts from a state that is settled. The <c>On…</c> delegates run at once, because their result goes into the response.
/// </remarks>
public sealed class InviteSession
{
    public string CallId { get; } = "";

    /// <summary>True where we sent the INVITE.</summary>
    public bool IsUac { get; }

    /// <summary>The authenticated user of an incoming call; null: a stranger that was admitted.</summary>
    public string? User { get; }

    public string RequestUri { get; } = "";

    /// <summary>User part of the Request-URI, unescaped: what was dialled.</summary>
    public string RequestUserPart { get; } = "";

    public string FromUser { get; } = "";

    public string FromDisplay { get; } = "";

    public string ToUser { get; } = "";

    /// <summary>Where requests of ours go: the flow that the peer's packets come from. Null: not found yet (a host name).</summary>
    public SipFlow? Flow { get; }

    /// <summary>The SDP that the peer sent last, offer or answer; empty: none yet.</summary>
    public ReadOnlyMemory<byte> RemoteSdp { get; }

    /// <summary>A 2xx was sent or received and nothing has ended the session since.</summary>
    public bool IsConfirmed { get; }

    /// <summary>Cancelled when the session has ended, for whatever reason; <see cref="End"/> says which.</summary>
    public CancellationToken Ended { get; }

    public SessionEnd? End { get; }

    /// <summary>A field of the first message that the peer sent (its INVITE, or its 2xx), as text; null: absent.</summary>
    public string? RemoteHeader(string name) => name.Length == 0 ? CallId : null;

    /// <summary>UAS: sends a provisional response, 180 or 183, again each minute (§13.3.1.1). Ignored after a final one.</summary>
    public void Progress(int status, ReadOnlyMemory<byte> sdp = default) => throw new NotSupportedException();

    /// <summary>UAS: sends a 200, again until the ACK.</summary>
    /// <returns>The body of the ACK: the answer to a delayed offer, else mostly empty.</returns>
    /// <exception cref="OperationCanceledException">The session ended first: CANCEL, or no ACK within 64*T1 (a BYE is sent then).</exception>
    public Task<ReadOnlyMemory<byte>> AcceptAsync(ReadOnlyMemory<byte> sdp) => throw new NotSupportedException();

    /// <summary>UAS: sends a final response of 300 or more. Ignored after a final one.</summary>
    public void Reject(int status, string? reason = null) => throw new NotSupportedException();

    /// <summary>UAC: what became of the INVITE. Never faults.</summary>
    public Task<InviteResult> Result { get; } = Task.FromResult(new InviteResult(InviteOutcome.TransportFailed, 503, "", default));

    /// <summary>UAC: a provisional response over 100 and its SDP (empty: none).</summary>
    public Action<int, ReadOnlyMemory<byte>>? OnProgress { get; set; }

    /// <summary>UAC: gives up. The CANCEL waits for a provisional response (§9.1); a 2xx that crosses it gets ACK and BYE.</summary>
    public void Cancel(string? reasonHeader = null) => throw new NotSupportedException();

    /// <summary>UAC with a delayed offer: answers the offer of the 2xx.</summary>
    public void AckWith(ReadOnlyMemory<byte> answer) => throw new NotSupportedException();

    /// <summary>An offer in a re-INVITE or UPDATE (empty: the peer wants ours). Without it the last SDP of ours is the reply.</summary>
    public Func<ReadOnlyMemory<byte>, SdpReply>? OnOffer { get; set; }

    /// <summary>The peer's answer to an offer of ours that it asked for in a re-INVITE.</summary>
    public Action<ReadOnlyMemory<byte>>? OnAnswer { get; set; }

    /// <summary>An INFO in the dialog: content type and body in, status out; by default 200 for DTMF bodies, else 415.</summary>
    public Func<string, ReadOnlyMemory<byte>, int>? OnInfo { get; set; }

    /// <summary>Changes the session. Glare (491) is retried as §14.1 says; a 481 or 408 ends the session.</summary>
    public Task<InviteResult> ReinviteAsync(ReadOnlyMemory<byte> sdp) => throw new NotSupportedException();

    /// <summary>Ends an established session; before that, as <see cref="Terminate"/>.</summary>
    /// <param name="reasonHeader">Value of a Reason field (RFC 3326), for instance <c>Q.850;cause=16</c>.</param>
    public void Bye(string? reasonHeader = null) => Terminate(reasonHeader);

    /// <summary>Ends the session by what its state asks for: CANCEL, BYE, or a refusal with <paramref name="status"/>. Harmless twice.</summary>
    public void Terminate(string? reasonHeader = null, int status = 480) => throw new NotSupportedException();
}
