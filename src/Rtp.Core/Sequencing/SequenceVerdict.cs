namespace Rtp.Core.Sequencing;

/// <summary>What a sequence number says about its packet.</summary>
public enum SequenceVerdict : byte
{
    /// <summary>The source has not yet shown enough packets in a row (RFC 3550 A.1).</summary>
    Probation,

    /// <summary>The first packet of a source that is now valid.</summary>
    First,

    /// <summary>The one expected.</summary>
    Next,

    /// <summary>Newer than expected: packets between are lost or late.</summary>
    Gap,

    /// <summary>Older than the newest, not seen before.</summary>
    Late,

    /// <summary>Seen before.</summary>
    Duplicate,

    /// <summary>Far off; a second one in a row makes it a restart. To be dropped.</summary>
    Jump,

    /// <summary>The second packet in a row after a jump: the sender started again.</summary>
    Restart,
}
