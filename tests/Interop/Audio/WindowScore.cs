namespace Interop.Audio;

/// <summary>How one second of the reference was found in the recording.</summary>
/// <param name="At">Where the window begins in the reference.</param>
/// <param name="Score">Normalised cross-correlation, 1 for the same wave form; a pause scores 1 where the recording is quiet too, else 0.</param>
/// <param name="DriftMs">How much later (earlier, negative) than the first alignment says.</param>
/// <param name="IsPause">The reference is quiet here.</param>
public readonly record struct WindowScore(TimeSpan At, double Score, double DriftMs, bool IsPause);
