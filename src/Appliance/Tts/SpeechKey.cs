using System.Security.Cryptography;
using System.Text;

namespace Tandem.Tts;

/// <summary>The name of a rendered text in the cache.</summary>
internal static class SpeechKey
{
    /// <summary>Changed when the same text would be spoken otherwise than before, so that old files are not heard.</summary>
    private const string Generation = "1";

    /// <summary>SHA-256 of text, voice and speed in lower-case hex.</summary>
    public static string Of(string text, string voice, double speed)
    {
        string all = FormattableString.Invariant($"{Generation}\n{voice.Length}\n{voice}\n{speed:0.###}\n{text}");    // no two triples give one string
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(all)));
    }
}
