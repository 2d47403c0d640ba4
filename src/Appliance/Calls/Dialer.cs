namespace Tandem.Calls;

/// <summary>Rings one or several devices at once, each with an offer of its own (RFC 3261 §13, forked by us): the first to answer wins.</summary>
internal sealed class Dialer(CallServices services, Call call)
{
    private const string ElsewhereReason = "SIP;cause=200;text=\"Call completed elsewhere\"";

    /// <summary>Rings until somebody answers, all have refused, one has refused for all (6xx), or the ring time is over.</summary>
    /// <param name="onRinging">Called once, when the first phone rings.</param>
    /// <exception cref="OperationCanceledException">The caller gave up; every phone has been told.</exception>
    public async Task<DialResult> DialAsync(IReadOnlyList<DialTarget> targets, Action? onRinging)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(call.Caller.Ended);
        Task ringTime = services.Shard.Delay(services.Options.RingTime, over.Token);
        var once = onRinging;
        Dictionary<Task<DialResult>, Fork> ringing = [];
        foreach (IReadOnlyList<DialTarget> ways in DialTarget.ByDevice(targets))
        {
            var fork = new Fork(services, call, ways, () => Interlocked.Exchange(ref once, null)?.Invoke());
            ringing.Add(fork.RingAsync(), fork);
        }
        DialResult outcome = DialResult.NotAnswered(480);
        string? reason = null;
        try
        {
            bool first = true;
            while (ringing.Count > 0)
            {
                Task ended = await Task.WhenAny([ringTime, .. ringing.Keys]);
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
                if (result.Status < 600) continue;
                reason = $"SIP;cause={result.Status};text=\"{(result.Status == 600 ? "Busy everywhere" : "Declined")}\"";
                return result;
            }
            return outcome;
        }
        finally
        {
            await over.CancelAsync();
            foreach (Fork fork in ringing.Values) fork.GiveUp(reason);
        }
    }
}
