namespace Rtp.Core.Rtcp;

/// <summary>The time between two reports: RFC 3550 §6.3.1 and A.7.</summary>
public static class RtcpInterval
{
    /// <summary>The least time between reports (§6.2).</summary>
    public static readonly TimeSpan Minimum = TimeSpan.FromSeconds(5);

    private const double SenderShare = 0.25;    // of the bandwidth, for the senders among many members
    private const double Compensation = 2.71828 - 1.5;    // timer reconsideration converges to less than the bandwidth meant (§6.3.1)

    /// <param name="members">Participants known, we among them.</param>
    /// <param name="senders">Of which send.</param>
    /// <param name="bandwidth">Octets a second for the RTCP of all members together.</param>
    /// <param name="weSent">Whether we are a sender.</param>
    /// <param name="averageSize">Of an RTCP datagram, in octets with UDP and IP.</param>
    /// <param name="initial">No report has been sent yet: half the minimum, so that others hear of us soon.</param>
    /// <param name="minimum">5 s, or less under the reduced minimum or RFC 4585.</param>
    /// <param name="random">Uniform in [0, 1): spreads the reports over 0.5 to 1.5 of the interval.</param>
    public static TimeSpan Compute(
        int members, int senders, double bandwidth, bool weSent, double averageSize, bool initial, TimeSpan minimum, double random)
    {
        double least = initial ? minimum.TotalSeconds / 2 : minimum.TotalSeconds;
        double count = members;
        if (senders <= members * SenderShare)
        {
            bandwidth *= weSent ? SenderShare : 1 - SenderShare;
            count = weSent ? senders : members - senders;
        }

        double seconds = Math.Max(least, averageSize * count / bandwidth);
        return TimeSpan.FromSeconds(seconds * (random + 0.5) / Compensation);
    }
}
