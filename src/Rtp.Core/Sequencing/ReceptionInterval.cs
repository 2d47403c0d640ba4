namespace Rtp.Core.Sequencing;

/// <summary>The receiver's figures for one report block: RFC 3550 §6.4.1.</summary>
/// <param name="FractionLost">Lost since the last report, in 1/256.</param>
/// <param name="CumulativeLost">Expected less received since the source began, held within 24 bits; negative when duplicates outweigh losses.</param>
/// <param name="ExtendedHighest">Wraps in the high half, highest sequence number in the low half.</param>
/// <param name="JitterUnits">Inter-arrival jitter in timestamp units.</param>
public readonly record struct ReceptionInterval(byte FractionLost, int CumulativeLost, uint ExtendedHighest, uint JitterUnits);
