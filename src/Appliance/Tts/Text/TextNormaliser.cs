namespace Tandem.Tts.Text;

/// <summary>Writes out what espeak-ng reads badly, in the English of a telephone announcement.</summary>
internal static class TextNormaliser
{
    public static string Normalise(string text) => PlainText.Clean(text);
}
