namespace Tandem.Calls;

/// <summary>Rings one or several places at once, each with an offer of its own (RFC 3261 §13, forked by us): the first to answer wins.</summary>
internal sealed class Dialer(CallServices services, Call call)
{
    private const string ElsewhereReason = "SIP;cause=200;text=\"Call completed elsewhere\"";

    /// <summary>Rings until somebody answers, all have refused, one speaks for all, or the ring time is over.</summary>
    /// <param name="oneForAll">They are one user's: one that declines (6xx) or sends the call elsewhere (3xx) ends it for all.</param>
    /// <exception cref="OperationCanceledException">The caller gave up; every phone has been told.</exception>
    public async Task<DialResult> DialAsync(IReadOnlyList<IBranch> branches, TimeSpan ringTime, bool oneForAll = true)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(call.Caller.Ended);
        Task timeUp = services.Shard.Delay(ringTime, over.Token);
        Dictionary<Task<DialResult>, IBranch> ringing = [];
        foreach (IBranch branch in branches) ringing.Add(branch.RingAsync(), branch);
        DialResult outcome = DialResult.NotAnswered(480);
        string? reason = null;
        try
        {
            bool first = true;
            while (ringing.Count > 0)
            {
                Task ended = await Task.WhenAny([timeUp, .. ringing.Keys]);
                call.Caller.Ended.ThrowIfCancellationRequested();
                if (ended is not Task<DialResult> decided) return DialResult.NotAnswered(408);
                ringing.Remove(decided);
                DialResult result = await decided;
                if (result.Leg is not null)
                {
                    reason = ElsewhereReason;
                    return result;
                }
                outcome = first ? result : DialResult.MoreTelling(outcome, result);
                first = false;
                if (!oneForAll || (result.Status < 600 && result.SentTo is null)) continue;
                reason = result.SentTo is not null ? "SIP;cause=302;text=\"Moved\""
                    : $"SIP;cause={result.Status};text=\"{(result.Status == 600 ? "Busy everywhere" : "Declined")}\"";
                return result;
            }
            return outcome;
        }
        finally
        {
            over.Cancel();    // on the shard: only its own timers hear of it
            foreach (IBranch branch in ringing.Values) branch.GiveUp(reason);
        }
    }
}
