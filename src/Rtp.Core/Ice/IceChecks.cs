using Rtp.Core.Stun;

namespace Rtp.Core.Ice;

/// <summary>The checking half of a full agent: RFC 8445 §6.1.4, §7.2 and §8.1.1, consent of RFC 7675 §5.1.</summary>
/// <param name="tieBreaker">Of the agent.</param>
/// <param name="tag">The first 32 bits of every transaction.</param>
/// <param name="random">For transactions and intervals.</param>
internal sealed class IceChecks(ulong tieBreaker, uint tag, RandomFill random)
{
    /// <summary>Ta: between two checks (§14.2).</summary>
    public static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(50);

    /// <summary>The least time-out of a check; it doubles with each sending (§14.3).</summary>
    public static readonly TimeSpan MinRto = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a pair that works waits for better ones that are still being checked.</summary>
    public static readonly TimeSpan NominationDelay = TimeSpan.FromMilliseconds(150);

    /// <summary>Rc of RFC 8489 §6.2.1; the last waits for Rm = 16 RTO.</summary>
    private const int MaxSendings = 7, LastWait = 16;

    private static readonly TimeSpan s_consentInterval = TimeSpan.FromSeconds(5);

    private TimeSpan _nextCheckAt;
    private TimeSpan _consentAt;
    private StunTransactionId _consent;
    private StunTransactionId _consentBefore;
    private TimeSpan _validSince = TimeSpan.MaxValue;

    /// <summary>Another generation starts.</summary>
    public void Begin() => _validSince = TimeSpan.MaxValue;

    /// <summary>What proved itself before the peer's half was known is checked first.</summary>
    public static void TakeEarly(IceGeneration generation)
    {
        foreach (IcePair pair in generation.Pairs)
        {
            pair.IsValid = false;
            pair.State = IcePairState.Waiting;
            pair.IsTriggered = true;
            pair.NominateOnSuccess = pair == generation.Nominated;
        }
        generation.Nominated = null;
        generation.Rival = null;
    }

    /// <summary>An authentic check of the peer's (§7.3.1.4, §7.3.1.5).</summary>
    public void OnCheck(IceGeneration generation, IcePair pair, bool nominates, TimeSpan now)
    {
        if (nominates) pair.NominateOnSuccess = true;
        switch (pair.State)
        {
            case IcePairState.Succeeded:
                if (nominates && pair != generation.Nominated) Nominate(generation, pair, now);
                break;
            case IcePairState.InProgress:
                // Ours may have been lost on a way that was closed before this came: it starts over, so that an answer still under way counts.
                pair.DueAt = now;
                pair.Rto = MinRto;
                pair.Sendings = 1;
                break;
            default:
                pair.State = IcePairState.Waiting;
                pair.IsTriggered = true;
                break;
        }
    }

    public ResponseVerdict OnResponse(
        IceGeneration generation, in StunView response, int baseId, in TransportAddress source, bool controlling, TimeSpan now)
    {
        if (generation.Remote is not { } remote) return ResponseVerdict.Stray;
        StunTransactionId id = response.TransactionId;
        bool consents = generation.Nominated is not null && (id == _consent || id == _consentBefore);
        IcePair? pair = consents ? generation.Nominated : FindUnderWay(generation, id);
        // Errors about credentials are not signed; nobody is believed for them, the check simply times out.
        if (pair is null || !response.IsAuthentic(remote.Key)) return ResponseVerdict.Stray;
        if (consents)
        {
            if (response.Class != StunClass.SuccessResponse || !pair.IsOn(baseId, source)) return ResponseVerdict.Stray;
            pair.HeardAt = now;
            return ResponseVerdict.Succeeded;
        }
        if (response.Class == StunClass.ErrorResponse && response.ErrorCode == StunErrors.RoleConflict)
        {
            pair.DueAt = TimeSpan.MaxValue;
            pair.State = IcePairState.Waiting;
            pair.IsTriggered = true;
            pair.Nominating = false;
            return pair.SentControlling == controlling ? ResponseVerdict.RoleConflict : ResponseVerdict.Failed;
        }
        // An answer from elsewhere means a way back that is none (§7.2.5.2.1).
        if (response.Class == StunClass.ErrorResponse || response.XorMappedAddress.IsEmpty || !pair.IsOn(baseId, source))
        {
            Fail(pair);
            return ResponseVerdict.Failed;
        }
        pair.DueAt = TimeSpan.MaxValue;
        pair.State = IcePairState.Succeeded;
        pair.IsValid = true;
        pair.HeardAt = now;
        if (_validSince == TimeSpan.MaxValue) _validSince = now;
        if (controlling ? pair.Nominating : pair.NominateOnSuccess) Nominate(generation, pair, now);
        return ResponseVerdict.Succeeded;
    }

    /// <summary>Gives up what was not answered.</summary>
    public static void OnTimer(IceGeneration generation, TimeSpan now)
    {
        foreach (IcePair pair in generation.Pairs)
        {
            if (pair.State != IcePairState.InProgress || pair.DueAt > now || pair.Sendings < MaxSendings) continue;
            Fail(pair);
        }
    }

    /// <summary>Writes the next check that is due.</summary>
    /// <returns>Its length; 0: none.</returns>
    public int TryTake(IceGeneration generation, bool controlling, Span<byte> packet, TimeSpan now, out IcePath path)
    {
        path = default;
        if (generation.Remote is null) return 0;
        if (TryTakeConsent(generation, controlling, packet, now, out path) is > 0 and var length) return length;
        foreach (IcePair pair in generation.Pairs)
        {
            if (pair.State != IcePairState.InProgress || pair.DueAt > now || pair.Sendings >= MaxSendings) continue;
            return Send(generation, pair, controlling, packet, now, out path);
        }
        if (now < _nextCheckAt) return 0;
        if (controlling && NominationAt(generation, out IcePair? chosen) <= now)
        {
            chosen!.Nominating = true;
            chosen.State = IcePairState.Waiting;
            chosen.IsTriggered = true;
        }
        if (Next(generation, controlling) is not { } next) return 0;
        _nextCheckAt = now + Pace;
        next.State = IcePairState.InProgress;
        next.IsTriggered = false;
        next.Sendings = 0;
        next.Transaction = NewTransaction();
        next.Rto = Longer(MinRto, Pace * Unfinished(generation));
        return Send(generation, next, controlling, packet, now, out path);
    }

    /// <summary>Writes the next check of consent: every five seconds, give or take a fifth.</summary>
    /// <inheritdoc cref="TryTake"/>
    public int TryTakeConsent(IceGeneration generation, bool controlling, Span<byte> packet, TimeSpan now, out IcePath path)
    {
        path = default;
        if (generation.Nominated is not { } pair || now < _consentAt) return 0;
        _consentAt = now + Spread(s_consentInterval);
        _consentBefore = _consent;
        _consent = NewTransaction();
        path = new IcePath(pair.Base, pair.Remote);
        return Write(generation, pair, controlling, _consent, controlling, packet);
    }

    /// <summary>When the present generation has something to do.</summary>
    public TimeSpan Deadline(IceGeneration generation, bool controlling)
    {
        if (generation.Remote is null) return TimeSpan.MaxValue;
        TimeSpan next = ConsentDeadline(generation);
        foreach (IcePair pair in generation.Pairs)
        {
            if (pair.DueAt < next) next = pair.DueAt;
        }
        TimeSpan check = Next(generation, controlling) is not null ? _nextCheckAt
            : controlling && NominationAt(generation, out _) is var nomination && nomination < TimeSpan.MaxValue ? Longer(nomination, _nextCheckAt)
            : TimeSpan.MaxValue;
        return check < next ? check : next;
    }

    /// <summary>The same for a generation that only keeps its consent.</summary>
    public TimeSpan ConsentDeadline(IceGeneration generation) => generation.Nominated is null ? TimeSpan.MaxValue : _consentAt;

    private static IcePair? FindUnderWay(IceGeneration generation, in StunTransactionId id)
    {
        foreach (IcePair pair in generation.Pairs)
        {
            if (pair.State == IcePairState.InProgress && pair.Transaction == id) return pair;
        }
        return null;
    }

    /// <summary>Triggered checks first, then by priority (§6.1.4.2); once a pair is chosen, only those.</summary>
    private static IcePair? Next(IceGeneration generation, bool controlling)
    {
        IcePair? next = null;
        foreach (IcePair pair in generation.Pairs)
        {
            if (pair.State != IcePairState.Waiting || (generation.Nominated is not null && !pair.IsTriggered)) continue;
            if (next is null || (pair.IsTriggered, pair.PriorityAs(controlling)).CompareTo((next.IsTriggered, next.PriorityAs(controlling))) > 0) next = pair;
        }
        return next;
    }

    private static int Unfinished(IceGeneration generation)
    {
        int count = 0;
        foreach (IcePair pair in generation.Pairs)
        {
            if (pair.State is IcePairState.Waiting or IcePairState.InProgress) count++;
        }
        return count;
    }

    /// <summary>Regular nomination (§8.1.1): the best pair that works, once no better one is left to be tried, or that took too long.</summary>
    /// <returns>When; MaxValue: there is nothing to choose, or it is under way.</returns>
    private TimeSpan NominationAt(IceGeneration generation, out IcePair? chosen)
    {
        chosen = generation.Nominated is null ? generation.BestValid(controlling: true) : null;
        if (chosen is null) return TimeSpan.MaxValue;
        TimeSpan at = _validSince;
        foreach (IcePair pair in generation.Pairs)
        {
            if (pair.State is not (IcePairState.Waiting or IcePairState.InProgress)) continue;
            if (pair.Nominating) return TimeSpan.MaxValue;
            if (pair.PriorityAs(controlling: true) > chosen.PriorityAs(controlling: true)) at = _validSince + NominationDelay;
        }
        return at;
    }

    private void Nominate(IceGeneration generation, IcePair pair, TimeSpan now)
    {
        generation.Nominated = pair;
        _consentAt = now + Spread(s_consentInterval);
        foreach (IcePair other in generation.Pairs)    // no more checks of these (§8.1.2)
        {
            if (other.State is IcePairState.Waiting or IcePairState.InProgress) Fail(other);
        }
    }

    private static void Fail(IcePair pair)
    {
        pair.State = IcePairState.Failed;
        pair.DueAt = TimeSpan.MaxValue;
        pair.IsValid = false;
        pair.Nominating = false;
    }

    private int Send(IceGeneration generation, IcePair pair, bool controlling, Span<byte> packet, TimeSpan now, out IcePath path)
    {
        if (pair.Sendings == 0) pair.SentControlling = controlling;
        pair.Sendings++;
        pair.DueAt = now + (pair.Sendings == MaxSendings ? LastWait * MinRto : pair.Rto);
        pair.Rto *= 2;
        path = new IcePath(pair.Base, pair.Remote);
        return Write(generation, pair, pair.SentControlling, pair.Transaction, pair.Nominating && pair.SentControlling, packet);
    }

    private int Write(IceGeneration generation, IcePair pair, bool controlling, in StunTransactionId id, bool useCandidate, Span<byte> packet)
    {
        var request = new StunWriter(packet, StunClass.Request, id);
        request.AddUsername(generation.Remote!.Fragment, generation.Local.Fragment);
        request.AddPriority(pair.CheckPriority);
        request.AddRole(controlling, tieBreaker);
        if (useCandidate) request.AddUseCandidate();
        request.AddIntegrity(generation.Remote.Key);
        request.AddFingerprint();
        return request.Length;
    }

    private StunTransactionId NewTransaction()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        random(bytes);
        return new StunTransactionId(tag, BitConverter.ToUInt64(bytes));
    }

    private TimeSpan Spread(TimeSpan interval)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        random(bytes);
        return interval * (0.8 + 0.4 * BitConverter.ToUInt32(bytes) / uint.MaxValue);
    }

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
