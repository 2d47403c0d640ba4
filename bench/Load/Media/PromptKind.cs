using System.Buffers.Binary;
using System.Net;
using Codecs.Wav;

namespace Load.Media;

/// <summary>The engine plays a WAV file to every caller through <c>play media</c>; nothing is sent to it.</summary>
internal sealed class PromptKind : MediaKind, IDisposable
{
    private const int Repeats = 8;

    private readonly VoiceAudio _audio;
    private readonly VoiceCodec _codec;
    private readonly double _leastLikeness;
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"load-prompt-{Environment.ProcessId}.wav");

    public PromptKind(VoiceAudio audio, VoiceCodec codec, double leastLikeness)
    {
        (_audio, _codec, _leastLikeness) = (audio, codec, leastLikeness);
        short[] pcm = new short[audio.Pcm.Length * Repeats];
        for (int i = 0; i < Repeats; i++) audio.Pcm.CopyTo(pcm, i * audio.Pcm.Length);
        File.WriteAllBytes(_file, WavFile.ToBytes(pcm, VoiceAudio.RateHz));
    }

    public override string Name => "prompt";

    public override bool IsPlayout => true;

    public override int Judged => 6;

    public override string Offer(IPAddress address, int port) => TranscodeKind.Description(address, port, _codec);

    public override string Answer(IPAddress address, int port) => Offer(address, port);

    public override void OnStart(NgClient ng, IReadOnlyList<MediaCall> calls)
    {
        foreach (MediaCall call in calls)
        {
            string reply = ng.Send([("command", "play media"), ("call-id", call.Id), ("from-tag", "a"), ("file", _file)]);
            if (!reply.Contains("6:result2:ok", StringComparison.Ordinal)) throw new InvalidOperationException($"play media: {reply}");
        }
    }

    public override int Write(MediaStream stream, int index, long wallNow, Span<byte> packet) => 0;

    public override bool Check(MediaStream stream, Span<byte> packet, long receivedAt, out int index, out long sentAt)
    {
        (index, sentAt) = (0, receivedAt);
        if ((packet[1] & 0x7F) != TranscodeKind.PayloadType(_codec)) return false;
        uint timestamp = BinaryPrimitives.ReadUInt32BigEndian(packet[4..]);
        if (stream.FirstReceivedIndex < 0) (stream.FirstReceivedIndex, stream.FirstReceivedTimestamp, stream.FirstSentAt) = (0, timestamp, receivedAt);
        index = unchecked((int)(timestamp - stream.FirstReceivedTimestamp)) / TranscodeKind.Units(_codec);
        sentAt = stream.FirstSentAt + index * 20_000_000L;    // an even clock from the first packet: the delay is what is late against it
        stream.Sent = Math.Max(stream.Sent, index + 1);
        return index >= 0;
    }

    public override List<string> Judge(IReadOnlyList<MediaStream> streams, out string? summary)
    {
        List<string> faults = [];
        List<AudioJudge> judged = [];
        foreach (MediaStream stream in streams)
        {
            if (stream.Kept is not { Count: > 150 } kept) continue;
            AudioJudge judge = AudioJudge.Compare(_audio.Pcm, VoiceAudio.Decode(_codec, kept), static _ => 0, static _ => 0);
            judged.Add(judge);
            if (!judge.IsRight(_leastLikeness)) faults.Add($"call {stream.Call}: {judge}");
        }
        summary = judged.Count == 0 ? null : AudioJudge.Summarize(judged);
        return faults;
    }

    public void Dispose() => File.Delete(_file);
}
