using Codecs.G711;
using Codecs.Tones;
using Xunit;

namespace Interop.Audio;

/// <summary>Talk-off on speech that no test made up: the detector must hear no key in it, and every key laid over its pauses.</summary>
public sealed class DtmfTalkOffTests
{
    [Theory]
    [InlineData("en-us")]
    [InlineData("en-gb")]
    [InlineData("en-gb-scotland")]
    public async Task Minutes_of_speech_hold_no_key(string voice)
    {
        short[] speech = (await Speech.TestSignalAsync(voice)).Samples;
        byte[] octets = new byte[speech.Length];
        G711.EncodeMuLaw(speech, octets);
        short[] heard = new short[speech.Length];
        G711.DecodeMuLaw(octets, heard);

        Assert.Equal("", Keys(heard));
        Assert.Equal("159D", Keys([.. heard.AsSpan(0, 8000), .. Press('1'), .. Press('5'), .. Press('9'), .. Press('D'), .. heard.AsSpan(8000)]));
    }

    private static short[] Press(char key) => Cadence.Dtmf(key, 80, 80)!.Render(Sound.RateHz);

    private static string Keys(short[] pcm)
    {
        char[] keys = new char[pcm.Length / 200 + 1];
        return new string(keys, 0, new DtmfDetector().Process(pcm, keys));
    }
}
