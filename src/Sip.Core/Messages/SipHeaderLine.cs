namespace Sip.Core.Messages;

/// <summary>One header line as it stood in the message, folds joined.</summary>
public readonly ref struct SipHeaderLine(SipHeaderId id, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
{
    public SipHeaderId Id { get; } = id;

    /// <summary>As received: full or compact, in any case.</summary>
    public ReadOnlySpan<byte> Name { get; } = name;
    public ReadOnlySpan<byte> Value { get; } = value;
}
