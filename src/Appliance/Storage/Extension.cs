namespace Tandem.Storage;

/// <summary>A number that can be dialled.</summary>
/// <param name="Target">User name, menu id, agent extensions separated by commas or <see cref="AllAgents"/>, or ring group.</param>
public sealed record Extension(string Number, ExtensionKind Kind, string Target)
{
    /// <summary>In place of a list: all agents that there are when it is dialled.</summary>
    public const string AllAgents = "*";
}
