namespace Tandem.Calls;

/// <summary>How dialling ended: with an answered leg, or with why not.</summary>
/// <param name="Leg">The answered leg; null when nobody answered.</param>
/// <param name="Status">The SIP status that decided it; 200 when answered.</param>
internal readonly record struct DialResult(CallLeg? Leg, DialFailure Failure, int Status)
{
    /// <summary>The number that the called phone sent the call to (a 3xx); null: it did not.</summary>
    public string? SentTo { get; init; }

    /// <summary>What an unanswered caller gets where that is known better than by <see cref="Failure"/>; 0: it is not.</summary>
    public int CallerStatus { get; init; }

    /// <summary>Cause of Q.850; 0: none is known.</summary>
    public int Cause { get; init; }

    /// <summary>What an answered caller is told; null: by <see cref="Failure"/>.</summary>
    public string? Words { get; init; }

    /// <summary>Reason phrase for an unanswered caller; null: the RFC's.</summary>
    public string? Phrase { get; init; }

    /// <summary>In words, for the log; null: the status says it.</summary>
    public string? Why { get; init; }

    /// <summary>There is nothing to ring: no device is registered.</summary>
    public static DialResult Nobody => NotAnswered(480) with { Words = Ivr.Announcements.Unavailable };

    public static DialResult Answered(CallLeg leg) => new(leg, default, 200);

    public static DialResult NotAnswered(int status) => new(null, Classify(status), status);

    /// <summary>
    /// The more telling of two failures of one forked dial: busy says more than no answer, and that more than failed; of failures the lower
    /// class (RFC 3261 §16.7 step 6), as a 4xx is about the call and a 5xx about one device.
    /// </summary>
    public static DialResult MoreTelling(DialResult first, DialResult second)
    {
        if (second.Failure != first.Failure) return second.Failure > first.Failure ? second : first;
        return second.Failure == DialFailure.Failed && second.Status / 100 < first.Status / 100 ? second : first;
    }

    private static DialFailure Classify(int status) => status switch
    {
        486 or 600 or 603 => DialFailure.Busy,
        408 or 480 or 487 => DialFailure.NoAnswer,
        _ => DialFailure.Failed,
    };
}
