using System.Net;

namespace Load.Media;

/// <summary>A job for an engine: the descriptions that set it up, what is sent, and how what comes back is checked.</summary>
internal abstract class MediaKind
{
    public abstract string Name { get; }

    /// <summary>Added delay of the measured part.</summary>
    public Histogram Delay { get; } = new();

    /// <summary>The engine itself is the source (prompt playout): nothing is sent.</summary>
    public virtual bool IsPlayout => false;

    /// <summary>The caller's offer, as <paramref name="address"/> with RTP on <paramref name="port"/> and RTCP one above.</summary>
    public abstract string Offer(IPAddress address, int port);

    public abstract string Answer(IPAddress address, int port);

    public virtual (string Key, object Value)[] OfferOptions => Options;

    public virtual (string Key, object Value)[] AnswerOptions => Options;

    /// <summary>Calls whose audio is kept and judged.</summary>
    public virtual int Judged => 0;

    /// <summary>All calls are set up; the engine may be told to play.</summary>
    public virtual void OnStart(NgClient ng, IReadOnlyList<MediaCall> calls)
    {
    }

    /// <summary>Writes RTP packet <paramref name="index"/> of a stream.</summary>
    /// <returns>Its length.</returns>
    public abstract int Write(MediaStream stream, int index, long wallNow, Span<byte> packet);

    /// <summary>Checks a packet that came back.</summary>
    /// <param name="index">Its index in the stream.</param>
    /// <param name="sentAt">When that was sent.</param>
    /// <returns>False: it is not what was sent.</returns>
    public abstract bool Check(MediaStream stream, Span<byte> packet, long receivedAt, out int index, out long sentAt);

    /// <summary>A call was set up; its replies are here for what they say beyond ports.</summary>
    public virtual void OnSetUp(MediaCall call, string toCallee, string toCaller)
    {
    }

    /// <summary>Judges the audio of the kept streams; an empty list: good, or nothing to judge.</summary>
    /// <param name="summary">Of all; null: nothing to judge.</param>
    public virtual List<string> Judge(IReadOnlyList<MediaStream> streams, out string? summary)
    {
        summary = null;
        return [];
    }

    /// <summary>What a proxy sends with every request.</summary>
    protected static (string Key, object Value)[] Options { get; } = [("ICE", "remove"), ("replace", new[] { "origin", "session-connection" }), ("flags", new[] { "trust-address" })];

    protected static string Sdp(IPAddress address, int port, string profile, string formats, params string[] attributes) =>
        $"v=0\r\no=load 1 1 IN IP4 {address}\r\ns=-\r\nc=IN IP4 {address}\r\nt=0 0\r\nm=audio {port} {profile} {formats}\r\n"
        + string.Concat(attributes.Select(attribute => $"a={attribute}\r\n")) + $"a=ptime:20\r\na=sendrecv\r\na=rtcp:{port + 1}\r\n";

    protected static void WriteHeader(MediaStream stream, int index, byte payloadType, int unitsPerPacket, Span<byte> packet)
    {
        packet[0] = 0x80;
        packet[1] = (byte)(payloadType | (index == 0 ? 0x80 : 0));
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(packet[2..], unchecked((ushort)(stream.FirstSequence + index)));
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(packet[4..], unchecked(stream.FirstTimestamp + (uint)(index * unitsPerPacket)));
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(packet[8..], stream.Ssrc);
    }
}
