namespace Codecs.TimeScale;

/// <summary>What to do with the length of a piece of sound.</summary>
public enum TimeScaleStep
{
    Keep,
    Shorten,
    Lengthen,
}
