using Tandem.Media;
using static Appliance.Tests.Media.TestLeg;

namespace Appliance.Tests.Media.Transcoding;

/// <summary>A talker in one codec, two legs on virtual time between, a listener in another.</summary>
internal sealed class TranscodeRig : IDisposable
{
    private readonly TestLeg _receiving = new(), _sending = new(0xB0B0);
    private readonly List<(TimeSpan At, byte[] Packet)> _queue = [];
    private readonly FrameEncoder _mouth;
    private readonly KeyTones _tones = new();
    private readonly AudioCodec _from, _to;
    private readonly int _ptime;
    private TimeSpan _now;
    private ushort _sequence = 1000;
    private uint _timestamp = 50_000;
    private long _spoken;    // samples of the mouth

    public TranscodeRig(AudioCodec from, AudioCodec to, int fromPtime = 20, int toPtime = 20, Func<MediaLegSettings, MediaLegSettings>? target = null, OpusSending? mouth = null)
    {
        (_from, _to, _ptime) = (from, to, fromPtime);
        _mouth = new FrameEncoder(from, 16_000, mouth ?? Talker);
        _receiving.Machine.Configure(Speaks(from), TimeSpan.Zero);
        MediaLegSettings sending = Speaks(to) with { PtimeMs = toPtime, ExactPtime = fromPtime != toPtime };
        _sending.Machine.Configure(target is null ? sending : target(sending), TimeSpan.Zero);
    }

    /// <summary>How a talker of Opus makes it.</summary>
    public static OpusSending Talker { get; } = new(5, 32_000, Codecs.Opus.OpusApplication.Voip, Fec: true);

    public TestLeg Sending => _sending;

    public TestLeg Receiving => _receiving;

    public uint Ssrc { get; set; } = 77;

    public TimeSpan Now => _now;

    public static byte Pt(AudioCodec codec) => codec switch { AudioCodec.Pcmu => 0, AudioCodec.Pcma => 8, AudioCodec.G722 => 9, AudioCodec.Opus => 111, AudioCodec.L16 => 112, _ => 113 };

    public static MediaLegSettings Speaks(AudioCodec codec) => Settings() with
    {
        Codec = codec,
        SendPayloadType = Pt(codec),
        ReceiveFormats = [(codec, Pt(codec))],
        ComfortNoiseReceivePt = 13,
        TelephoneEventSendClockHz = codec.ClockRateHz(),
    };

    /// <summary>The talker says this much of <see cref="TestSpeech"/>; packets may come late or never.</summary>
    /// <param name="duration">How long.</param>
    /// <param name="lost">By the packet's index.</param>
    /// <param name="late">By the packet's index.</param>
    /// <param name="silent">The talker says nothing.</param>
    /// <param name="ppm">How much faster its clock runs.</param>
    /// <param name="tones">The keys of <see cref="SayTones"/> instead.</param>
    public void Say(TimeSpan duration, Func<int, bool>? lost = null, Func<int, TimeSpan>? late = null, bool silent = false, double ppm = 0, bool tones = false)
    {
        int samples = _mouth.RateHz / 1000 * _ptime, packets = (int)(duration.TotalMilliseconds / _ptime);
        var pcm = new short[samples];
        var payload = new byte[1500];
        TimeSpan start = _now;
        for (int i = 0; i < packets; i++)
        {
            if (tones) _tones.Fill(pcm, _mouth.RateHz);
            else if (silent) pcm.AsSpan().Clear();
            else TestSpeech.Fill(pcm, _mouth.RateHz, _spoken);
            _spoken += samples;
            int length = _mouth.Encode(pcm, payload);
            TimeSpan due = start + TimeSpan.FromMilliseconds(_ptime * i / (1 + ppm / 1e6));
            Run(due);
            if (length > 0 && lost?.Invoke(i) != true) Queue(due + (late?.Invoke(i) ?? TimeSpan.Zero), Packet(_sequence, _timestamp, Pt(_from), Ssrc, payload: payload[..length]));
            if (length > 0) _sequence = unchecked((ushort)(_sequence + 1));
            _timestamp = unchecked(_timestamp + (uint)(_ptime * _from.ClockRateHz() / 1000));
        }
        Run(start + TimeSpan.FromMilliseconds(_ptime * packets / (1 + ppm / 1e6)));
    }

    /// <summary>The talker presses a key and has no other way to tell it than its tones.</summary>
    public void SayTones(char key, TimeSpan duration)
    {
        _tones.Press(key, duration);
        Say(duration, tones: true);
    }

    /// <summary>A packet of another kind, between two of audio.</summary>
    public void Send(byte payloadType, byte[] payload, uint? timestamp = null, bool marker = false) =>
        _receiving.ReceiveFor(_sending, Packet(unchecked(_sequence++), timestamp ?? _timestamp, payloadType, Ssrc, marker, payload), _now);

    public uint Timestamp => _timestamp;

    /// <summary>The talker's numbers start anew.</summary>
    public void Restart(uint ssrc) => (Ssrc, _sequence, _timestamp) = (ssrc, 40_000, 3_000_000_000);

    /// <summary>Time passes without a word.</summary>
    public void Pause(TimeSpan duration)
    {
        _timestamp += (uint)(duration.TotalMilliseconds * _from.ClockRateHz() / 1000);
        _spoken += (long)(duration.TotalMilliseconds * _mouth.RateHz / 1000);
        Run(_now + duration);
    }

    public List<SentPacket> Audio => _sending.Rtp.FindAll(packet => packet.PayloadType == Pt(_to));

    /// <summary>What the listener hears, each packet where its timestamp puts it.</summary>
    public short[] Heard(out int rateHz)
    {
        using var ear = new FrameDecoder(_to, 16_000);
        rateHz = ear.RateHz;
        List<SentPacket> packets = Audio;
        if (packets.Count == 0) return [];
        uint first = packets[0].Timestamp;
        var pcm = new List<short>();
        var piece = new short[rateHz / 5];
        foreach (SentPacket packet in packets)
        {
            int at = (int)((long)(packet.Timestamp - first) * rateHz / _to.ClockRateHz());
            while (pcm.Count < at) pcm.Add(0);
            int samples = ear.Decode(packet.Payload, piece);
            pcm.AddRange(piece[..samples]);
        }
        return [.. pcm];
    }

    public Comparison Compare(double fromSecond, double toSecond)
    {
        short[] heard = Heard(out int rate);
        return Comparison.Of(heard, rate, fromSecond, toSecond);
    }

    public void Dispose() => _mouth.Dispose();

    private void Queue(TimeSpan at, byte[] packet)
    {
        _queue.Add((at, packet));
        _queue.Sort((a, b) => a.At.CompareTo(b.At));
    }

    /// <summary>Delivers what has arrived by then and runs the sending leg's clock between.</summary>
    private void Run(TimeSpan until)
    {
        while (_queue.Count > 0 && _queue[0].At <= until)
        {
            (TimeSpan at, byte[] packet) = _queue[0];
            _queue.RemoveAt(0);
            _sending.RunUntil(at);
            _receiving.RunUntil(at);
            _receiving.ReceiveFor(_sending, packet, at);
        }
        _sending.RunUntil(until);
        _receiving.RunUntil(until);
        _now = until;
    }
}
