using Sip.Core.Dialogs;
using Tandem.Net;

namespace Tandem.Signalling;

/// <summary>A dialog and the way to its peer.</summary>
/// <param name="state">The dialog.</param>
/// <param name="flow">The flow that the peer's packets come from, or that our INVITE took; null: none yet.</param>
/// <param name="sticky">Requests go to <paramref name="flow"/> while it is open, whatever Contact says (DESIGN §4, NAT).</param>
/// <param name="peer">The registered user whose phone it is; null: somebody who may send from elsewhere, a carrier or a proxy.</param>
internal sealed class DialogLeg(DialogState state, SipFlow? flow, bool sticky, string? peer)
{
    private ReliableReceipt? _received;

    public DialogState State { get; } = state;

    public OfferAnswerState Offers { get; } = new();

    public string? Peer { get; } = peer;

    /// <summary>The last SDP of this dialog's peer; empty: none yet.</summary>
    public ReadOnlyMemory<byte> RemoteSdp { get; set; }

    /// <summary>The reliable provisional responses of the peer in this dialog (RFC 3262 §4).</summary>
    public ReliableReceipt Received => _received ??= new ReliableReceipt();

    public SipFlow? Flow { get; set; } = flow;

    public bool Sticky { get; } = sticky;

    /// <summary>The URI that <see cref="Flow"/> was found for; empty: it was not found by a URI.</summary>
    public ReadOnlyMemory<byte> FoundFor { get; set; }

    /// <summary>The ACK to the 2xx that made the dialog, to be sent again for each copy of that 2xx (RFC 3261 §13.2.2.4).</summary>
    public byte[]? Ack { get; set; }
}
