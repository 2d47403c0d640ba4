using Codecs.Resampling;
using Codecs.Wav;
using Tandem.Media;

namespace Tandem.Tts;

/// <summary>Audio of any rate as calls carry it: 16-bit mono at 8000 Hz.</summary>
internal static class CallAudio
{
    /// <summary>The samples at 8000 Hz, low-passed below 4 kHz first.</summary>
    public static short[] ToCallRate(short[] pcm, int rateHz) =>
        rateHz == Prompt.SampleRateHz ? pcm : Resampler.Convert(pcm, rateHz, Prompt.SampleRateHz);

    /// <summary>Speech, which fills the 16 bits, at 8000 Hz and 3 dB lower: the low-pass and the companding of G.711 must not clip it.</summary>
    public static short[] FromSpeech(SpokenSentence sentence)
    {
        short[] quieter = new short[sentence.Pcm.Length];
        for (int i = 0; i < quieter.Length; i++) quieter[i] = (short)(sentence.Pcm[i] * 181 / 256);
        return ToCallRate(quieter, sentence.SampleRateHz);
    }

    /// <summary>A WAV file's audio: PCM of 16 bits, µ-law or A-law, one or two channels, any rate.</summary>
    /// <exception cref="SpeechException">It is none of these; the message names the file.</exception>
    public static short[] FromWav(ReadOnlySpan<byte> file, string name)
    {
        if (!WavFile.TryRead(file, out WavInfo info)) throw new SpeechException(SpeechFailure.BadRequest, $"'{name}' is no WAV file.");
        short[] pcm = new short[info.Samples];
        if (pcm.Length == 0 || WavFile.DecodeMono(file, info, pcm) == 0)
            throw new SpeechException(SpeechFailure.BadRequest, $"'{name}' has no audio that can be played: 16-bit PCM, mu-law or A-law in one or two channels is needed.");
        return ToCallRate(pcm, info.RateHz);
    }
}
