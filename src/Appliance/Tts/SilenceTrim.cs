namespace Tandem.Tts;

internal static class SilenceTrim
{
    public static short[] Apply(short[] pcm, int rateHz) => pcm;
}
