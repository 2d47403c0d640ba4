using Tandem.Storage;

namespace Tandem.Routing;

/// <summary>A number of ours in the telephone network (direct inward dialling), and what it rings.</summary>
/// <param name="Number">In E.164 with +, or as the carrier sends it.</param>
/// <param name="Prefix">Every number that begins so.</param>
/// <param name="Carrier">The carrier that the call has to come from; null: any.</param>
/// <param name="Target">As an extension's: user name, menu id, agents or ring group. Empty only where every call is forwarded.</param>
public sealed record Did(string Number, bool Prefix, string? Carrier, ExtensionKind Kind, string Target)
{
    /// <summary>Where the call goes when nobody takes it, or at once; a number as a user would dial it. Null: nowhere.</summary>
    public string? ForwardTo { get; init; }

    /// <summary>Every call is forwarded; else those that fail (busy, no answer, nobody registered).</summary>
    public bool ForwardAlways { get; init; }
}
