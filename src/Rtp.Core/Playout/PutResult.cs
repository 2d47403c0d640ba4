namespace Rtp.Core.Playout;

/// <summary>What became of a packet that was put into a jitter buffer.</summary>
public enum PutResult
{
    Stored,

    /// <summary>It came again.</summary>
    Duplicate,

    /// <summary>Its time was over.</summary>
    Late,

    /// <summary>It is longer than the buffer, or has no duration.</summary>
    Refused,
}
