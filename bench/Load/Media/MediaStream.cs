namespace Load.Media;

/// <summary>One direction of one call: what is sent to one port of the engine and must come back from the other.</summary>
internal sealed class MediaStream(int call, bool fromCaller, MediaKind kind)
{
    public int Call => call;

    public bool FromCaller => fromCaller;

    public MediaKind Kind => kind;

    /// <summary>The engine's port that these packets are sent to, as its reply named it.</summary>
    public Native.SocketAddress Target { get; set; }

    public ushort FirstSequence { get; } = (ushort)(call * 7 + (fromCaller ? 1 : 30_000));

    public uint FirstTimestamp { get; } = (uint)(call * 100_003 + (fromCaller ? 5 : 77));

    public uint Ssrc { get; } = (uint)(0x1000_0000 + call * 2 + (fromCaller ? 0 : 1));

    /// <summary>Packets sent.</summary>
    public int Sent { get; set; }

    /// <summary>Wall time of the last packets by their index, for payloads that cannot carry it.</summary>
    public long[] SentAt { get; } = new long[256];

    /// <summary>Packets of the measured part that came back, each once.</summary>
    public int Received { get; set; }

    /// <summary>Wall time of packet 0.</summary>
    public long FirstSentAt { get; set; }

    public int LastIndex { get; set; } = -1;

    public uint FirstReceivedTimestamp { get; set; }

    public int FirstReceivedIndex { get; set; } = -1;

    public int LastSequence { get; set; } = -1;

    /// <summary>What came, for the streams whose audio is judged; else null.</summary>
    public List<(long At, uint Timestamp, byte[] Payload)>? Kept { get; set; }
}
