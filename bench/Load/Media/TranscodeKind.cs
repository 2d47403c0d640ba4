using System.Buffers.Binary;
using System.Net;

namespace Load.Media;

/// <summary>Speech in one codec towards the engine and another behind it, both ways; the sound of some calls is judged.</summary>
internal sealed class TranscodeKind(string name, VoiceAudio audio, VoiceCodec caller, VoiceCodec callee, double leastLikeness) : MediaKind
{
    private const int HeaderLength = 12;

    private readonly byte[][] _callerFrames = audio.Encode(caller), _calleeFrames = audio.Encode(callee);

    public override string Name => name;

    public override int Judged => 6;

    public override (string Key, object Value)[] OfferOptions =>
        [.. Options.Where(option => option.Key != "flags"), ("flags", new[] { "trust-address", $"codec-mask-{NameOf(caller)}", $"codec-transcode-{NameOf(callee)}" })];

    public override string Offer(IPAddress address, int port) => Description(address, port, caller);

    public override string Answer(IPAddress address, int port) => Description(address, port, callee);

    public static string Description(IPAddress address, int port, VoiceCodec codec) =>
        Sdp(address, port, "RTP/AVP", $"{PayloadType(codec)}", codec switch
        {
            VoiceCodec.Pcmu => ["rtpmap:0 PCMU/8000"],
            VoiceCodec.Pcma => ["rtpmap:8 PCMA/8000"],
            _ => ["rtpmap:111 opus/48000/2", "fmtp:111 minptime=10;useinbandfec=1"],
        });

    public static byte PayloadType(VoiceCodec codec) => codec switch { VoiceCodec.Pcmu => 0, VoiceCodec.Pcma => 8, _ => 111 };

    public static int Units(VoiceCodec codec) => codec == VoiceCodec.Opus ? 960 : 160;

    public override int Write(MediaStream stream, int index, long wallNow, Span<byte> packet)
    {
        if (index == 0) stream.FirstSentAt = wallNow;
        VoiceCodec codec = stream.FromCaller ? caller : callee;
        WriteHeader(stream, index, PayloadType(codec), Units(codec), packet);
        byte[] frame = (stream.FromCaller ? _callerFrames : _calleeFrames)[index % VoiceAudio.Frames];
        frame.CopyTo(packet[HeaderLength..]);
        return HeaderLength + frame.Length;
    }

    /// <summary>The payload cannot name its packet: what comes first is taken for what was sent last, the others follow by their timestamps.</summary>
    public override bool Check(MediaStream stream, Span<byte> packet, long receivedAt, out int index, out long sentAt)
    {
        VoiceCodec codec = stream.FromCaller ? callee : caller;
        (index, sentAt) = (0, 0);
        if (packet.Length <= HeaderLength || (packet[1] & 0x7F) != PayloadType(codec)) return false;
        uint timestamp = BinaryPrimitives.ReadUInt32BigEndian(packet[4..]);
        if (stream.FirstReceivedIndex < 0) (stream.FirstReceivedIndex, stream.FirstReceivedTimestamp) = (stream.Sent - 1, timestamp);
        int step = unchecked((int)(timestamp - stream.FirstReceivedTimestamp));
        index = stream.FirstReceivedIndex + step / Units(codec);
        sentAt = index < stream.Sent ? stream.SentAt[index & 255] : receivedAt;
        return index >= 0 && step % Units(codec) == 0;
    }

    public override List<string> Judge(IReadOnlyList<MediaStream> streams, out string? summary)
    {
        List<string> faults = [];
        List<AudioJudge> judged = [];
        foreach (MediaStream stream in streams)
        {
            if (stream.Kept is not { Count: > 150 } kept) continue;
            VoiceCodec codec = stream.FromCaller ? callee : caller;
            uint first = kept[0].Timestamp;
            AudioJudge judge = AudioJudge.Compare(audio.Pcm, VoiceAudio.Decode(codec, kept),
                position => kept.Find(packet => unchecked(packet.Timestamp - first) / (Units(codec) / VoiceAudio.FrameSamples) + VoiceAudio.FrameSamples > position).At,
                position => stream.FirstSentAt + position / VoiceAudio.FrameSamples * 20_000_000L);
            judged.Add(judge);
            if (!judge.IsRight(leastLikeness)) faults.Add($"call {stream.Call} {(stream.FromCaller ? "to callee" : "to caller")}: {judge}");
        }
        summary = judged.Count == 0 ? null : AudioJudge.Summarize(judged) + $", delay median {Statistics.Median(judged.Select(j => j.DelayMs)):F1} ms (mouth to ear without the 20 ms of a packet)";
        return faults;
    }

    private static string NameOf(VoiceCodec codec) => codec switch { VoiceCodec.Pcmu => "PCMU", VoiceCodec.Pcma => "PCMA", _ => "opus" };
}
