namespace Sip.Core.Authentication;

/// <summary>What became of credentials.</summary>
public enum DigestOutcome : byte
{
    /// <summary>Right.</summary>
    Ok,
    /// <summary>The password is right, the nonce too old, used up, or from before a restart: challenge with stale=true (RFC 7616
    /// §3.3).</summary>
    Stale,
    /// <summary>Wrong password or unknown user; nothing tells which.</summary>
    Wrong,
    /// <summary>A hash, qop or shape that we did not ask for: challenge as if there were none.</summary>
    Unacceptable,
}
