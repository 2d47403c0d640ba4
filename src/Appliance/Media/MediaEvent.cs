using System.Net;
using Srtp;

namespace Tandem.Media;

/// <summary>Something that happened on a leg. Raised on the thread of the loop that owns it.</summary>
public abstract record MediaEvent(MediaLeg Leg);

/// <summary>A key was pressed: one event for each press, raised when it is over (RFC 4733).</summary>
/// <param name="Leg">Where it was received.</param>
/// <param name="Digit">0–9, *, #, A–D.</param>
/// <param name="DurationMs">As far as the sender was heard; 0 where it told none.</param>
public sealed record DigitReceived(MediaLeg Leg, char Digit, int DurationMs) : MediaEvent(Leg);

/// <summary>An entry of the play list is over: its last sample has had its time, or it was stopped or its leg closed.</summary>
public sealed record PlayoutEnded(MediaLeg Leg, int PlayoutId, bool Completed) : MediaEvent(Leg);

/// <summary>The peer has sent nothing for <see cref="MediaLegSettings.MediaTimeout"/>.</summary>
public sealed record MediaTimedOut(MediaLeg Leg) : MediaEvent(Leg);

/// <summary>The peer's source has been learned; packets from elsewhere are dropped from now on.</summary>
public sealed record SourceLocked(MediaLeg Leg, IPEndPoint Source) : MediaEvent(Leg);

/// <summary>The DTLS handshake gave keys: media flows from here on.</summary>
public sealed record DtlsConnected(MediaLeg Leg, SrtpProfile Profile) : MediaEvent(Leg);

/// <summary>There will be no keys: the handshake failed, was not begun in time, or the peer ended the association. The leg stays silent.</summary>
/// <param name="Reason">For the log: a sentence without a full stop and without secrets.</param>
public sealed record DtlsFailed(MediaLeg Leg, string Reason) : MediaEvent(Leg);

/// <summary>ICE has found a way to the peer: RTP, and DTLS before it, go to and come from here.</summary>
public sealed record IceConnected(MediaLeg Leg, IPEndPoint Remote) : MediaEvent(Leg);

/// <summary>For 30 s the peer has neither answered a check, nor made one, nor sent authentic media (RFC 7675): nothing more may be sent to it.</summary>
public sealed record ConsentLost(MediaLeg Leg) : MediaEvent(Leg);
