namespace Tandem.Net.Datagrams;

/// <summary>What a request of io_uring is for.</summary>
internal enum UringRequest : byte
{
    /// <summary>Its answer says nothing that we need.</summary>
    Ignored,
    Wake,
    Receive,
    Send,
}

/// <summary>The number that a request carries and its answers bring back: what it is for, the socket, and which use of the socket's number.</summary>
internal readonly record struct UringToken(ulong Value)
{
    public const uint GenerationMask = 0x0FFF_FFFF;

    public UringToken(UringRequest request, int socket, uint generation)
        : this((ulong)request << 60 | (ulong)(generation & GenerationMask) << 32 | (uint)socket)
    {
    }

    public UringRequest Request => (UringRequest)(Value >> 60);

    public uint Generation => (uint)(Value >> 32) & GenerationMask;

    public int Socket => unchecked((int)Value);
}
