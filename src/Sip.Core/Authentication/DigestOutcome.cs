namespace Sip.Core.Authentication;

/// <summary>What became of credentials.</summary>
public enum DigestOutcome : byte
{
    /// <summary>Right.</summary>
    Ok,
    /// <summary>The nonce is too old, from before a restart or another's, whatever the password; or the password is right and the nonce used
    /// up: challenge with stale=true (RFC 7616 §3.3).</summary>
    Stale,
    /// <summary>Wrong password or unknown user; nothing tells which.</summary>
    Wrong,
    /// <summary>A hash, qop or shape that we did not ask for: challenge as if there were none.</summary>
    Unacceptable,
}
