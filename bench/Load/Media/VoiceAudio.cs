using System.Diagnostics;
using Codecs.G711;
using Codecs.Opus;
using Codecs.Resampling;
using Codecs.Wav;

namespace Load.Media;

/// <summary>Ten seconds of speech in frames of 20 ms, in every codec of the bench; it goes round and round.</summary>
internal sealed class VoiceAudio
{
    public const int RateHz = AudioJudge.RateHz, FrameSamples = AudioJudge.FrameSamples, Frames = 500;

    private const string Text = "The quick brown fox jumps over the lazy dog. Your call is important to us. Please hold the line, "
        + "the next free agent will be with you shortly. Seven, three, nine, two, five. Thank you for your patience, and good bye.";

    private VoiceAudio(short[] pcm) => Pcm = pcm;

    /// <summary>At 8000 Hz.</summary>
    public short[] Pcm { get; }

    public static VoiceAudio Make()
    {
        using Process espeak = Process.Start(new ProcessStartInfo("espeak-ng") { ArgumentList = { "--stdout", "-s", "150", Text }, RedirectStandardOutput = true })!;
        using var wav = new MemoryStream();
        espeak.StandardOutput.BaseStream.CopyTo(wav);
        byte[] file = wav.ToArray();
        if (!WavFile.TryRead(file, out WavInfo info)) throw new InvalidOperationException("espeak-ng gave no speech");
        short[] speech = new short[info.Samples];
        WavFile.DecodeMono(file, info, speech);
        speech = Resampler.Convert(speech, info.RateHz, RateHz);
        short[] pcm = new short[Frames * FrameSamples];
        for (int i = 0; i < pcm.Length; i++) pcm[i] = (short)(speech[i % speech.Length] / 2);
        return new VoiceAudio(pcm);
    }

    public byte[][] Encode(VoiceCodec codec)
    {
        byte[][] frames = new byte[Frames][];
        using OpusEncoder? opus = codec == VoiceCodec.Opus ? new OpusEncoder(RateHz, 1, OpusApplication.Voip) { BitrateBps = 24_000 } : null;
        byte[] room = new byte[1500];
        for (int i = 0; i < Frames; i++)
        {
            ReadOnlySpan<short> frame = Pcm.AsSpan(i * FrameSamples, FrameSamples);
            int length = FrameSamples;
            if (codec == VoiceCodec.Pcmu) G711.EncodeMuLaw(frame, room);
            else if (codec == VoiceCodec.Pcma) G711.EncodeALaw(frame, room);
            else length = opus!.Encode(frame, room);
            frames[i] = room[..length];
        }
        return frames;
    }

    /// <summary>What was received, in the order of its timestamps, as sound at 8000 Hz; what is missing is silence.</summary>
    public static short[] Decode(VoiceCodec codec, IReadOnlyList<(long At, uint Timestamp, byte[] Payload)> packets)
    {
        int units = codec == VoiceCodec.Opus ? 6 : 1;
        uint first = packets[0].Timestamp;
        short[] pcm = new short[(int)(unchecked(packets[^1].Timestamp - first) / units) + 6 * FrameSamples];
        using OpusDecoder? opus = codec == VoiceCodec.Opus ? new OpusDecoder(RateHz, 1) : null;
        short[] room = new short[6 * FrameSamples];
        int end = 0;
        foreach ((long _, uint timestamp, byte[] payload) in packets)
        {
            int at = (int)(unchecked(timestamp - first) / units), length = Math.Min(payload.Length, room.Length);
            if (codec == VoiceCodec.Pcmu) G711.DecodeMuLaw(payload.AsSpan(0, length), room);
            else if (codec == VoiceCodec.Pcma) G711.DecodeALaw(payload.AsSpan(0, length), room);
            else length = opus!.Decode(payload, room);
            if (at < 0 || length <= 0 || at + length > pcm.Length) continue;
            room.AsSpan(0, length).CopyTo(pcm.AsSpan(at));
            end = Math.Max(end, at + length);
        }
        return pcm[..end];
    }
}

internal enum VoiceCodec { Pcmu, Pcma, Opus }
