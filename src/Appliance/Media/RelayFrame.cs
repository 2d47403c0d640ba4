namespace Tandem.Media;

/// <summary>What one leg has received and the leg it is connected to may send: numbers of the packet and where its payload lies.</summary>
/// <remarks>Blittable: it travels as it is through the ring between two loops.</remarks>
internal struct RelayFrame
{
    public uint Ssrc;
    public uint Timestamp;
    public ushort SequenceNumber;
    public bool Marker;

    /// <summary>An RFC 4733 event; then <see cref="Codec"/> is that of the audio around it.</summary>
    public bool IsEvent;

    /// <summary>Comfort noise (RFC 3389); then <see cref="Codec"/> is that of the audio around it.</summary>
    public bool IsNoise;

    /// <summary>The key heard in the audio itself, where the peer has no events: 0 for none.</summary>
    public byte Key;

    /// <summary>With this frame <see cref="Key"/> was recognised.</summary>
    public bool KeyStarts;

    public AudioCodec Codec;

    /// <summary>Goes to the peer under <see cref="PayloadType"/>, whatever it holds.</summary>
    public bool PassOn;

    /// <summary>As received; only with <see cref="PassOn"/>.</summary>
    public byte PayloadType;

    /// <summary>Clock of an event's duration; its timestamp runs with the clock of <see cref="Codec"/>.</summary>
    public int EventClockRateHz;

    /// <summary>In the datagram; what lies before it is ours to overwrite with a header, 12 bytes at least.</summary>
    public int PayloadOffset;

    public int PayloadLength;
}
