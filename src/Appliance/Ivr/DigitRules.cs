namespace Tandem.Ivr;

/// <summary>What a caller may key in, and how long we wait for it.</summary>
/// <param name="Minimum">Digits needed for a valid entry; 1 or more.</param>
/// <param name="Maximum">Digits after which the entry ends by itself.</param>
/// <param name="Terminators">Keys that end the entry and are not part of it, for example <c>#</c>.</param>
/// <param name="FirstDigit">Wait for the first digit, counted from the end of the prompt.</param>
/// <param name="InterDigit">Wait for each further digit, counted from the last one.</param>
/// <param name="BargeIn">A digit stops the prompt. Without it, digits keyed during the prompt are ignored.</param>
internal sealed record DigitRules(int Minimum, int Maximum, string Terminators, TimeSpan FirstDigit, TimeSpan InterDigit, bool BargeIn = true);
