using Sip.Core.Dialogs;
using Tandem.Net;

namespace Tandem.Signalling;

/// <summary>A dialog and the way to its peer.</summary>
/// <param name="state">The dialog.</param>
/// <param name="flow">The flow that the peer's packets come from, or that our INVITE took; null: none yet.</param>
/// <param name="sticky">Requests go to <paramref name="flow"/> while it is open, whatever Contact says (DESIGN §4, NAT).</param>
internal sealed class DialogLeg(DialogState state, SipFlow? flow, bool sticky)
{
    public DialogState State { get; } = state;

    public SipFlow? Flow { get; set; } = flow;

    public bool Sticky { get; } = sticky;

    /// <summary>The URI that <see cref="Flow"/> was found for; empty: it was not found by a URI.</summary>
    public ReadOnlyMemory<byte> FoundFor { get; set; }

    /// <summary>The ACK to the 2xx that made the dialog, to be sent again for each copy of that 2xx (RFC 3261 §13.2.2.4).</summary>
    public byte[]? Ack { get; set; }
}
