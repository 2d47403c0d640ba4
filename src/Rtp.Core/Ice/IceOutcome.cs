namespace Rtp.Core.Ice;

/// <summary>What came of something that an agent was given.</summary>
[Flags]
public enum IceOutcome : byte
{
    /// <summary>Nothing that anybody else needs to know.</summary>
    None = 0,

    /// <summary>The address that it came from is the peer's, by password.</summary>
    Learned = 1,

    /// <summary><see cref="IceAgent.Selected"/> is another one now.</summary>
    Moved = 2,

    /// <summary>The selected path was nominated: for the first time, or in the place of another one.</summary>
    Connected = 4,

    /// <summary>The peer's consent is over (RFC 7675): nothing may be sent until ICE is restarted.</summary>
    ConsentLost = 8,
}
