namespace Tandem.Http;

/// <summary>A part of a list.</summary>
/// <param name="Next">To be given as <c>cursor</c> for the part after this one; null: this is the last.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);
