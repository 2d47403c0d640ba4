namespace Tandem.Signalling;

/// <summary>Who or what ended a session.</summary>
public enum SessionEndBy : byte
{
    Local,
    Remote,

    /// <summary>No answer, no ACK, or no session refresh in time.</summary>
    Timeout,

    /// <summary>The way to the peer failed.</summary>
    Transport,
}

/// <summary>How a session ended.</summary>
/// <param name="By">The side at which it ended.</param>
/// <param name="Status">The final status of the INVITE where it was not accepted (487 after CANCEL, 408 without an answer); 200 after BYE.</param>
/// <param name="Reason">The Reason field of BYE or CANCEL (RFC 3326) or the reason phrase; null when there was none.</param>
public sealed record SessionEnd(SessionEndBy By, int Status, string? Reason);
