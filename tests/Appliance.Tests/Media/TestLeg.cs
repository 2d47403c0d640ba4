using System.Collections.Concurrent;
using System.Net;
using Rtp.Core.Packets;
using Tandem.Dtls;
using Tandem.Media;
using Tandem.Net.Interop;

namespace Appliance.Tests.Media;

/// <summary>A leg on virtual time: what it would send is kept with the moment it was due.</summary>
internal sealed class TestLeg
{
    public const uint Ssrc = 0xA0A0_0001, FirstTimestamp = 1000;
    public const ushort FirstSequence = 65530;    // wraps soon

    public static readonly IPEndPoint Phone = new(IPAddress.Parse("192.0.2.10"), 4000);
    public static readonly IPEndPoint PhoneRtcp = new(IPAddress.Parse("192.0.2.10"), 4001);
    public static readonly IPEndPoint Stranger = new(IPAddress.Parse("198.51.100.66"), 6666);

    private readonly byte[] _buffer = new byte[2048];

    public TestLeg(uint ssrc = Ssrc, DtlsEndpoint? dtls = null)
    {
        Handle = new MediaLeg(1, new IPEndPoint(IPAddress.Loopback, 30000), 0, ssrc, Events.Add, Posted.Enqueue);
        Machine = new LegMachine(Handle, Events.Add, new LegSeed(FirstSequence, FirstTimestamp, 4711, default), new PlayoutPhases(), TimeSpan.Zero, dtls);
    }

    /// <summary>What its threads left for the loop.</summary>
    public ConcurrentQueue<LegCommand> Posted { get; } = new();

    public MediaLeg Handle { get; }

    public LegMachine Machine { get; }

    public List<MediaEvent> Events { get; } = [];

    public List<SentPacket> Sent { get; } = [];

    public List<SentPacket> Rtp => Sent.FindAll(packet => packet is { IsRtcp: false, IsDtls: false });

    public static TimeSpan Ms(double ms) => TimeSpan.FromMilliseconds(ms);

    public static MediaLegSettings Settings(
        AudioCodec codec = AudioCodec.Pcmu, bool send = true, bool receive = true, int ptime = 20, TimeSpan? timeout = null,
        IPEndPoint? remote = null, bool relearn = false, int events = 101, bool nat = true) =>
        new(
            remote ?? Phone, remote is null ? PhoneRtcp : new IPEndPoint(remote.Address, remote.Port + 1), codec, PayloadType(codec),
            [(AudioCodec.Pcmu, 0), (AudioCodec.Pcma, 8)], events, events, send, receive, ptime, timeout, relearn, nat);

    public static byte PayloadType(AudioCodec codec) => (byte)(codec == AudioCodec.Pcma ? 8 : 0);

    public static byte[] Packet(ushort sequence, uint timestamp, byte payloadType = 0, uint ssrc = 77, bool marker = false, byte[]? payload = null)
    {
        payload ??= Audio(sequence);
        var packet = new byte[12 + payload.Length];
        RtpWriter.WriteHeader(packet, payloadType, marker, sequence, timestamp, ssrc);
        payload.CopyTo(packet, 12);
        return packet;
    }

    public static byte[] Audio(int seed, int length = 160)
    {
        var payload = new byte[length];
        new Random(seed).NextBytes(payload);
        return payload;
    }

    public static Prompt Tone(int samples, int seed = 1)
    {
        var random = new Random(seed);
        var pcm = new short[samples];
        for (int i = 0; i < samples; i++) pcm[i] = (short)random.Next(short.MinValue, short.MaxValue);
        return new Prompt(pcm, "test");
    }

    /// <summary>The sequence number of our packet <paramref name="index"/>.</summary>
    public static ushort Number(int index) => unchecked((ushort)(FirstSequence + index));

    /// <summary>How far the sequence number moved.</summary>
    public static int Step(SentPacket first, SentPacket second) => unchecked((short)(second.SequenceNumber - first.SequenceNumber));

    /// <summary>Runs every deadline up to and including <paramref name="until"/>.</summary>
    public void RunUntil(TimeSpan until)
    {
        while (Machine.Deadline <= until)
        {
            TimeSpan now = Machine.Deadline;
            RunAt(now);
        }
    }

    /// <summary>What a loop does that comes to this leg only now.</summary>
    public void RunAt(TimeSpan now)
    {
        while (Machine.TryTakePacket(_buffer, now, out OutgoingPacket packet)) Keep(_buffer.AsSpan(0, packet.Length), packet.Component, packet.Target, now);
    }

    public bool Receive(byte[] datagram, IPEndPoint from, TimeSpan now, out RelayFrame frame, MediaComponent component = MediaComponent.Rtp) =>
        Machine.OnDatagram(datagram, NativeSocketAddress.From(from), component, now, out frame);

    public bool Receive(byte[] datagram, TimeSpan now) => Receive(datagram, Phone, now, out _);

    /// <summary>Receives here and sends what comes of it on the other leg.</summary>
    public bool ReceiveFor(TestLeg other, byte[] datagram, TimeSpan now)
    {
        byte[] inPlace = [.. datagram, .. new byte[64]];    // room behind, as in a loop's buffers
        if (!Machine.OnDatagram(inPlace.AsSpan(0, datagram.Length), NativeSocketAddress.From(Phone), MediaComponent.Rtp, now, out RelayFrame frame))
            return false;
        int length = other.Machine.Relay(inPlace, frame, now, out int offset);
        if (length > 0) other.Keep(inPlace.AsSpan(offset, length), MediaComponent.Rtp, other.Machine.RtpTarget, now);
        return length > 0;
    }

    private void Keep(ReadOnlySpan<byte> bytes, MediaComponent component, NativeSocketAddress target, TimeSpan now) =>
        Sent.Add(new SentPacket(bytes.ToArray(), component, target.ToEndPoint(), now));
}

internal sealed record SentPacket(byte[] Bytes, MediaComponent Component, IPEndPoint Target, TimeSpan At)
{
    public bool IsDtls => Bytes[0] is >= 20 and <= 63;

    public bool IsRtcp => Bytes[1] is >= 192 and <= 223;

    private RtpView View => RtpView.TryParse(Bytes, out RtpView view) ? view : throw new InvalidOperationException("no RTP");

    public byte PayloadType => View.PayloadType;

    public bool Marker => View.Marker;

    public ushort SequenceNumber => View.SequenceNumber;

    public uint Timestamp => View.Timestamp;

    public uint Ssrc => View.Ssrc;

    public byte[] Payload => View.Payload.ToArray();
}
