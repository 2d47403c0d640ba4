namespace Tandem.Media;

/// <summary>What one leg has received and the leg it is connected to may send: numbers of the packet and where its payload lies.</summary>
/// <remarks>Blittable: it travels as it is through the ring between two loops.</remarks>
internal struct RelayFrame
{
    public uint Ssrc;
    public uint Timestamp;
    public ushort SequenceNumber;
    public bool Marker;

    /// <summary>An RFC 4733 event; then <see cref="Codec"/> says nothing.</summary>
    public bool IsEvent;

    public AudioCodec Codec;

    /// <summary>In the datagram; what lies before it is ours to overwrite with a header, 12 bytes at least.</summary>
    public int PayloadOffset;

    public int PayloadLength;
}
