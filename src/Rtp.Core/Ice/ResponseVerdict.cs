namespace Rtp.Core.Ice;

/// <summary>What a response to a check of ours was worth.</summary>
internal enum ResponseVerdict : byte
{
    /// <summary>It answers nothing that we asked, or is not signed by the peer.</summary>
    Stray,

    /// <summary>The pair works.</summary>
    Succeeded,

    /// <summary>It does not.</summary>
    Failed,

    /// <summary>487: the peer keeps the role that we claimed.</summary>
    RoleConflict,
}
