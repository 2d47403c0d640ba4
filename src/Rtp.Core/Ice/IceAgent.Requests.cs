using Rtp.Core.Stun;

namespace Rtp.Core.Ice;

/// <summary>The answering half: RFC 8445 §7.3, RFC 8489 §9.1.3.</summary>
public sealed partial class IceAgent
{
    /// <summary>Refusals of what is not authentic come no faster: nobody can make us send much to somebody else.</summary>
    private static readonly TimeSpan s_refusalInterval = TimeSpan.FromMilliseconds(100);

    private readonly SeenChecks _seen = new();
    private TimeSpan _refusedAt = TimeSpan.MinValue;

    /// <summary>Takes a STUN datagram that reached one of our sockets.</summary>
    /// <param name="datagram">Whole.</param>
    /// <param name="baseId">The socket.</param>
    /// <param name="source">Where it came from.</param>
    /// <param name="now">Monotonic.</param>
    /// <param name="reply">At least 400 bytes; what is to be sent back from the same socket.</param>
    /// <param name="replyLength">0: nothing.</param>
    public IceOutcome OnDatagram(ReadOnlySpan<byte> datagram, int baseId, in TransportAddress source, TimeSpan now, Span<byte> reply, out int replyLength)
    {
        replyLength = 0;
        if (!StunView.TryParse(datagram, out StunView message) || message.Method != StunView.BindingMethod || !message.HasFingerprint)
        {
            Counters = Counters with { Malformed = Counters.Malformed + 1 };
            return IceOutcome.None;
        }
        return message.Class switch
        {
            StunClass.Request => OnRequest(message, baseId, source, now, reply, out replyLength),
            StunClass.Indication => IceOutcome.None,    // a keep-alive (§11): it is not signed
            _ => OnResponse(message, baseId, source, now),
        };
    }

    private IceOutcome OnRequest(in StunView request, int baseId, in TransportAddress source, TimeSpan now, Span<byte> reply, out int replyLength)
    {
        replyLength = 0;
        if (request.Username.IsEmpty || !request.HasIntegrity) return Refuse(request, StunErrors.BadRequest, now, reply, out replyLength);
        if (FindGeneration(request) is not { } generation) return Refuse(request, StunErrors.Unauthenticated, now, reply, out replyLength);
        Counters = Counters with { Checks = Counters.Checks + 1 };
        if (request.UnknownCount > 0) return Answer(generation, request, StunErrors.UnknownAttribute, reply, out replyLength);
        if (request.Priority == 0) return Answer(generation, request, StunErrors.BadRequest, reply, out replyLength);
        if (FindBase(baseId) is not { } local || _lost) return IceOutcome.None;
        CheckNovelty novelty = _seen.Note(request.TransactionId, baseId, source);
        if (novelty == CheckNovelty.Replayed)
        {
            Counters = Counters with { Replayed = Counters.Replayed + 1 };
            return IceOutcome.None;
        }
        if (HasRoleConflict(request))
        {
            Counters = Counters with { RoleConflicts = Counters.RoleConflicts + 1 };
            // A lite agent is never controlling (§6.1.1). Of two full ones the greater tie-breaker keeps its role (§7.3.1.1).
            if (_lite || _tieBreaker >= request.TieBreaker == IsControlling) return Answer(generation, request, StunErrors.RoleConflict, reply, out replyLength);
            IsControlling = !IsControlling;
        }
        IcePair? pair = generation.Find(baseId, source);
        IceOutcome outcome = pair is null ? IceOutcome.Learned : IceOutcome.None;
        pair ??= generation.Add(local, source, request.Priority);
        if (_lite) OnLiteCheck(generation, pair, request.UseCandidate, novelty, now);
        else _checks.OnCheck(generation, pair, request.UseCandidate && !IsControlling, now);

        var response = new StunWriter(reply, StunClass.SuccessResponse, request.TransactionId);
        response.AddXorMappedAddress(source);
        response.AddIntegrity(generation.Local.Key);
        response.AddFingerprint();
        replyLength = response.Length;
        return outcome | Settle(now);
    }

    /// <summary>The peer proves itself from an address, and may choose it (§7.3.2).</summary>
    /// <remarks>
    /// Peers nominate one pair, or every pair they check and mean the best of them, or one pair after another as networks come and go. So a
    /// better pair is taken at its word, a worse one when it was named twice while the chosen one was not.
    /// </remarks>
    private static void OnLiteCheck(IceGeneration generation, IcePair pair, bool useCandidate, CheckNovelty novelty, TimeSpan now)
    {
        pair.IsValid = true;
        pair.State = IcePairState.Succeeded;
        pair.HeardAt = now;
        if (!useCandidate || novelty != CheckNovelty.New) return;
        bool better = generation.Nominated is not { } nominated || pair.PriorityAs(controlling: false) > nominated.PriorityAs(controlling: false);
        if (better || pair == generation.Rival) generation.Nominated = pair;
        generation.Rival = pair == generation.Nominated ? null : pair;
    }

    private IceOutcome OnResponse(in StunView response, int baseId, in TransportAddress source, TimeSpan now)
    {
        ResponseVerdict verdict = _lite ? ResponseVerdict.Stray
            : _checks.OnResponse(_current, response, baseId, source, IsControlling, now);
        if (verdict == ResponseVerdict.Stray && _former is not null && !_lite) verdict = _checks.OnResponse(_former, response, baseId, source, IsControlling, now);
        switch (verdict)
        {
            case ResponseVerdict.Stray:
                Counters = Counters with { NotAuthentic = Counters.NotAuthentic + 1 };
                return IceOutcome.None;
            case ResponseVerdict.RoleConflict:
                Counters = Counters with { RoleConflicts = Counters.RoleConflicts + 1 };
                IsControlling = !IsControlling;
                break;
        }
        return Settle(now) | (verdict == ResponseVerdict.Succeeded ? IceOutcome.Learned : IceOutcome.None);
    }

    private bool HasRoleConflict(in StunView request) => request.IsControlling is { } theirs && theirs == IsControlling && _configured;

    /// <summary>The credentials that a request names and proves to know.</summary>
    private IceGeneration? FindGeneration(in StunView request)
    {
        int colon = request.Username.IndexOf((byte)':');
        if (colon < 0) return null;
        ReadOnlySpan<byte> ours = request.Username[..colon], theirs = request.Username[(colon + 1)..];
        if (Proves(_current, request, ours) && _current.IsPeer(theirs)) return _current;
        return _former is not null && Proves(_former, request, ours) && _former.IsPeer(theirs) ? _former : null;
    }

    private static bool Proves(IceGeneration generation, in StunView request, ReadOnlySpan<byte> fragment) =>
        fragment.SequenceEqual(generation.Local.Fragment) && request.IsAuthentic(generation.Local.Key);

    private IceBase? FindBase(int id)
    {
        for (int i = 0; i < _bases.Count; i++)
        {
            if (_bases[i].Id == id) return _bases[i];
        }
        return null;
    }

    /// <summary>An error for somebody who proved nothing: not signed, and not often.</summary>
    private IceOutcome Refuse(in StunView request, int code, TimeSpan now, Span<byte> reply, out int replyLength)
    {
        Counters = Counters with { NotAuthentic = Counters.NotAuthentic + 1 };
        replyLength = 0;
        if (_refusedAt > now - s_refusalInterval) return IceOutcome.None;
        _refusedAt = now;
        var response = new StunWriter(reply, StunClass.ErrorResponse, request.TransactionId);
        response.AddErrorCode(code);
        response.AddFingerprint();
        replyLength = response.Length;
        return IceOutcome.None;
    }

    private static IceOutcome Answer(IceGeneration generation, in StunView request, int code, Span<byte> reply, out int replyLength)
    {
        var response = new StunWriter(reply, StunClass.ErrorResponse, request.TransactionId);
        response.AddErrorCode(code);
        if (code == StunErrors.UnknownAttribute) response.AddUnknownAttributes(request);
        response.AddIntegrity(generation.Local.Key);
        response.AddFingerprint();
        replyLength = response.Length;
        return IceOutcome.None;
    }
}
