namespace Sip.Core.Transactions;

/// <summary>The base timers of RFC 3261 §17.1.1.1 and what the RFC derives from them (table 4).</summary>
/// <param name="T1">Round-trip estimate: 500 ms by default.</param>
/// <param name="T2">Longest wait between retransmissions of a non-INVITE request or an INVITE response: 4 s.</param>
/// <param name="T4">How long a message may stay in the network: 5 s.</param>
public sealed record SipTimers(TimeSpan T1, TimeSpan T2, TimeSpan T4)
{
    public static SipTimers Rfc3261 { get; } = new(TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(5));

    /// <summary>64*T1: timers B, F, H, J, L and M, and how long a 2xx is resent without an ACK (§13.3.1.4).</summary>
    public TimeSpan Timeout => 64 * T1;

    /// <summary>Timer D: at least 32 s on an unreliable transport, so that it outlives the server's timer H.</summary>
    public TimeSpan D => Timeout > TimeSpan.FromSeconds(32) ? Timeout : TimeSpan.FromSeconds(32);

    /// <summary>The wait that follows <paramref name="current"/>: doubled, T2 at most (timers E and G, and a 2xx's).</summary>
    public TimeSpan Next(TimeSpan current) => 2 * current < T2 ? 2 * current : T2;

    /// <summary>When a client's timer E has grown to T2, counted from its first request; no 100 before (RFC 4320 §4.1).</summary>
    public TimeSpan UntilTrying
    {
        get
        {
            TimeSpan elapsed = TimeSpan.Zero;
            for (TimeSpan wait = T1; wait < T2; wait *= 2) elapsed += wait;
            return elapsed;
        }
    }
}
