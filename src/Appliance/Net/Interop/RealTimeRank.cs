namespace Tandem.Net.Interop;

/// <summary>Who goes before whom among our threads that run real time: priorities of SCHED_RR.</summary>
internal enum RealTimeRank
{
    /// <summary>DTLS handshakes: a collection of garbage stops the media loops until these have stopped too, so they must not wait for a processor.</summary>
    Handshakes = 1,

    Media = 2,
}
