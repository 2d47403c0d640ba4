using Sip.Core.Sdp;

namespace Tandem.Ng;

/// <summary>What both sides of a stream speak from now on, each list under its side's own payload types, the codec to send first.</summary>
/// <param name="Offerer">What the offerer is answered with.</param>
/// <param name="Answerer">What the answerer took.</param>
/// <param name="Transcoded">They share no codec.</param>
internal sealed record NgAgreement(IReadOnlyList<AudioFormat> Offerer, IReadOnlyList<AudioFormat> Answerer, bool Transcoded);
