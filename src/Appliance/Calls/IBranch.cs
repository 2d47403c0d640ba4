namespace Tandem.Calls;

/// <summary>One of the places that ring for a call: a device of a user, or a number outside. Shard thread only.</summary>
internal interface IBranch
{
    /// <summary>Rings until it has answered, refused, or cannot be reached.</summary>
    Task<DialResult> RingAsync();

    /// <summary>Ends the ringing, and a session that was answered meanwhile.</summary>
    /// <param name="reason">Of the CANCEL or BYE (RFC 3326).</param>
    void GiveUp(string? reason);
}
