namespace Rtp.Core.Playout;

/// <summary>How the delay should go: what a time scaler behind the decoder does with the sound of this item.</summary>
public enum PlayoutAdvice
{
    Keep,

    /// <summary>More delay than needed: leave out a period of the sound where that is not heard.</summary>
    Shorten,

    /// <summary>Less delay than needed: repeat a period of the sound where that is not heard.</summary>
    Lengthen,
}
