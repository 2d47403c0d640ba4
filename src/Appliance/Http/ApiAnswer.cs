using System.Text.Json.Nodes;

namespace Tandem.Http;

/// <summary>What an operation came to.</summary>
/// <param name="Tag">Of the object, where it is one; null: none.</param>
/// <param name="IsKnown">The caller has this already.</param>
internal sealed record ApiAnswer(JsonNode? Body, string? Tag, bool IsKnown);
