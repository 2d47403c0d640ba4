namespace Tandem.Tts.Text;

/// <summary>Writes out what espeak-ng reads badly, in the English of a telephone announcement.</summary>
/// <remarks>
/// Each step is a pure function over text. The order is what keeps them apart: an address before its dots are marks, money and dates
/// before numbers, telephone numbers before ranges, and plain numbers last.
/// </remarks>
internal static class TextNormaliser
{
    public static string Normalise(string text)
    {
        text = WebAddresses.Expand(text);
        text = PlainText.Prepare(text);
        text = Money.Expand(text);
        text = Dates.Expand(text);
        text = Times.Expand(text);
        text = PhoneNumbers.Expand(text);
        text = Units.Expand(text);
        text = Numbers.BeforeSigns(text);
        text = Abbreviations.Expand(text);
        text = Acronyms.Expand(text);
        text = Numbers.Expand(text);
        return PlainText.Punctuate(text);
    }
}
