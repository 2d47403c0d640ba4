namespace Tandem.Storage;

/// <summary>A number that can be dialled.</summary>
/// <param name="Target">User name, menu id, or agent extensions separated by commas.</param>
public sealed record Extension(string Number, ExtensionKind Kind, string Target);
