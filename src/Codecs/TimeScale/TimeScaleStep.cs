namespace Codecs.TimeScale;

/// <summary>What to do with the length of a piece of sound.</summary>
public enum TimeScaleStep
{
    Keep,

    /// <summary>Leave a period out.</summary>
    Shorten,

    /// <summary>Play a period twice.</summary>
    Lengthen,
}
