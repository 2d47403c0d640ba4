namespace Rtp.Core.Payloads;

/// <summary>One press of one key, reported when it is over.</summary>
/// <param name="Digit">0–9, *, #, A–D.</param>
/// <param name="Duration">As far as the sender was heard; 0 where it gave none.</param>
/// <param name="Volume">Power below 0 dBm0.</param>
/// <param name="EndLost">No end packet came: a time-out or the next key ended it.</param>
public readonly record struct DigitDetected(char Digit, TimeSpan Duration, byte Volume, bool EndLost);
