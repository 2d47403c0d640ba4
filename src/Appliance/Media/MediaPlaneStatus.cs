namespace Tandem.Media;

/// <summary>The media plane at one moment, for status pages and metrics.</summary>
/// <param name="Backend">How the loops talk to the kernel: io_uring or epoll.</param>
/// <param name="Loops">One for each media thread.</param>
public sealed record MediaPlaneStatus(string Backend, IReadOnlyList<MediaLoopStatus> Loops);

/// <summary>One loop's part of it. Counters run since start.</summary>
/// <param name="Index">Number of the loop, from 0.</param>
/// <param name="Legs">Legs open now.</param>
/// <param name="FreePortPairs">Pairs that a new leg could have now or within the next five seconds.</param>
/// <param name="PacketsReceived">Datagrams, RTCP included.</param>
/// <param name="PacketsSent">Datagrams, RTCP included.</param>
/// <param name="SendFailures">Datagrams that the kernel refused.</param>
/// <param name="Turns">Times the loop woke and looked for work.</param>
/// <param name="AllocatedBytes">Managed memory that the loop's thread has asked for. It stands still while packets flow.</param>
/// <param name="Faults">Legs that were closed because our code failed on them. Always 0, or there is a bug to report.</param>
public sealed record MediaLoopStatus(
    int Index, int Legs, int FreePortPairs, long PacketsReceived, long PacketsSent, long SendFailures, long Turns, long Faults,
    long AllocatedBytes)
{
    /// <summary>Datagrams to the shared WebRTC port that belonged to no call.</summary>
    public long Strays { get; init; }
}
