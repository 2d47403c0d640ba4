namespace Tandem.Signalling;

/// <summary>What a name stands for.</summary>
/// <param name="Records">Empty: it stands for nothing, or nobody says.</param>
/// <param name="Lifetime">How long that may be believed; the records came with it.</param>
public sealed record NameAnswer<T>(IReadOnlyList<T> Records, TimeSpan Lifetime);
