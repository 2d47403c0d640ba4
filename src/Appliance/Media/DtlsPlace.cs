namespace Tandem.Media;

/// <summary>How much is known of where a DTLS datagram came from.</summary>
internal enum DtlsPlace : byte
{
    /// <summary>The peer may be there: behind NAT nobody knows before it has proved who it is.</summary>
    Possible,

    /// <summary>Signalled or learned.</summary>
    Expected,

    /// <summary>By ICE: whatever comes from such a place belongs to one association, and leaves to where the chosen pair leads.</summary>
    Proven,
}
