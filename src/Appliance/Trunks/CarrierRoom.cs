namespace Tandem.Trunks;

/// <summary>Whether a carrier may have one more call.</summary>
public enum CarrierRoom : byte
{
    Free,

    /// <summary>It has as many at once as it may.</summary>
    TooMany,

    /// <summary>It has begun as many within a second as it may.</summary>
    TooFast,
}
