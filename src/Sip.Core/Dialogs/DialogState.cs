namespace Sip.Core.Dialogs;

/// <summary>One dialog as one of its sides keeps it (RFC 3261 §12.1).</summary>
/// <remarks>
/// Values are bytes as they stood on the wire, because they go back to the wire. The parties are whole field values, tag included:
/// <see cref="LocalParty"/> is our From and <see cref="RemoteParty"/> our To in every request of ours.
/// </remarks>
public sealed class DialogState
{
    private uint? _remoteCSeq;

    private DialogState(bool isUac, ReadOnlyMemory<byte> callId, ReadOnlyMemory<byte> localTag, ReadOnlyMemory<byte> remoteTag,
        ReadOnlyMemory<byte> localParty, ReadOnlyMemory<byte> remoteParty, ReadOnlyMemory<byte> remoteTarget, IReadOnlyList<RouteEntry> routeSet)
    {
        (IsUac, CallId, LocalTag, RemoteTag) = (isUac, callId, localTag, remoteTag);
        (LocalParty, RemoteParty, RemoteTarget, RouteSet) = (localParty, remoteParty, remoteTarget, routeSet);
    }

    /// <summary>Made by a request of ours; the owner of the Call-ID (§14.1).</summary>
    public bool IsUac { get; }

    public ReadOnlyMemory<byte> CallId { get; }
    public ReadOnlyMemory<byte> LocalTag { get; }

    /// <summary>Empty with a peer of RFC 2543 that sends no tag (§12.1).</summary>
    public ReadOnlyMemory<byte> RemoteTag { get; }

    public ReadOnlyMemory<byte> LocalParty { get; }
    public ReadOnlyMemory<byte> RemoteParty { get; }

    /// <summary>The URI of the peer's Contact.</summary>
    public ReadOnlyMemory<byte> RemoteTarget { get; private set; }

    /// <summary>Fixed once confirmed (§12.2).</summary>
    public IReadOnlyList<RouteEntry> RouteSet { get; private set; }

    public DialogPhase Phase { get; private set; }

    /// <summary>CSeq of our last request in this dialog.</summary>
    public uint LocalCSeq { get; private set; }

    /// <summary>§12.1.1: the route set is Record-Route in the order of the request.</summary>
    public static DialogState AsUas(ReadOnlyMemory<byte> callId, ReadOnlyMemory<byte> localTag, ReadOnlyMemory<byte> remoteTag,
        ReadOnlyMemory<byte> localParty, ReadOnlyMemory<byte> remoteParty, ReadOnlyMemory<byte> remoteTarget,
        IReadOnlyList<RouteEntry> recordRoute, uint remoteCSeq) =>
        new(isUac: false, callId, localTag, remoteTag, localParty, remoteParty, remoteTarget, recordRoute) { _remoteCSeq = remoteCSeq };

    /// <summary>§12.1.2: the route set is Record-Route of the response in reverse.</summary>
    public static DialogState AsUac(ReadOnlyMemory<byte> callId, ReadOnlyMemory<byte> localTag, ReadOnlyMemory<byte> remoteTag,
        ReadOnlyMemory<byte> localParty, ReadOnlyMemory<byte> remoteParty, ReadOnlyMemory<byte> remoteTarget,
        IReadOnlyList<RouteEntry> recordRoute, uint localCSeq) =>
        new(isUac: true, callId, localTag, remoteTag, localParty, remoteParty, remoteTarget, Reverse(recordRoute)) { LocalCSeq = localCSeq };

    /// <summary>A 2xx was sent or received. On the UAC side it brings the route set that counts (§13.2.2.4); null keeps the one there is.</summary>
    public void Confirm(IReadOnlyList<RouteEntry>? recordRouteOf2xx = null)
    {
        if (Phase != DialogPhase.Early) return;
        Phase = DialogPhase.Confirmed;
        if (IsUac && recordRouteOf2xx is not null) RouteSet = Reverse(recordRouteOf2xx);
    }

    public void Terminate() => Phase = DialogPhase.Terminated;

    /// <summary>Number of the next request of ours; not for ACK and CANCEL, which carry their INVITE's.</summary>
    public uint NextCSeq() => ++LocalCSeq;

    /// <summary>§12.2.2: takes the number of the peer's request (not of its ACK or CANCEL).</summary>
    /// <returns>False: out of order, answer 500.</returns>
    public bool TryAdvanceRemoteCSeq(uint cseq)
    {
        if (cseq <= _remoteCSeq) return false;
        _remoteCSeq = cseq;
        return true;
    }

    /// <summary>A target refresh: the Contact of a re-INVITE or UPDATE, or of the 2xx to one (§12.2.1.2, §12.2.2).</summary>
    public void RefreshTarget(ReadOnlyMemory<byte> uri)
    {
        if (!uri.IsEmpty) RemoteTarget = uri;
    }

    public bool Matches(ReadOnlySpan<byte> callId, ReadOnlySpan<byte> localTag, ReadOnlySpan<byte> remoteTag) =>
        CallId.Span.SequenceEqual(callId) && LocalTag.Span.SequenceEqual(localTag) && RemoteTag.Span.SequenceEqual(remoteTag);

    public RequestRouting Route() => RequestRouting.Of(RemoteTarget, RouteSet);

    private static RouteEntry[] Reverse(IReadOnlyList<RouteEntry> recordRoute)
    {
        var reversed = new RouteEntry[recordRoute.Count];
        for (int i = 0; i < reversed.Length; i++) reversed[i] = recordRoute[reversed.Length - 1 - i];
        return reversed;
    }
}
