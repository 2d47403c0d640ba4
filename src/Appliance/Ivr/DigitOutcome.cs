namespace Tandem.Ivr;

/// <summary>How a collection of digits ended.</summary>
internal enum DigitOutcome
{
    /// <summary>Still collecting.</summary>
    Pending,

    /// <summary>The maximum was reached, a terminator came, or the caller paused after enough digits.</summary>
    Complete,

    /// <summary>Some digits, but fewer than the minimum.</summary>
    TooFew,

    /// <summary>No digit at all.</summary>
    NoInput,
}
