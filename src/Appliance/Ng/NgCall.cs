namespace Tandem.Ng;

/// <summary>What goes under one Call-ID.</summary>
internal sealed class NgCall(string callId, long created, TimeSpan now)
{
    public string CallId { get; } = callId;

    /// <summary>Unix seconds.</summary>
    public long Created { get; } = created;

    /// <inheritdoc cref="Created"/>
    public long LastSignal { get; set; } = created;

    public List<NgDialogue> Dialogues { get; } = [];

    /// <summary>Monotonic: when a packet or a request was last seen.</summary>
    public TimeSpan AliveAt { get; set; } = now;

    /// <summary>Packets at that time.</summary>
    public long PacketsSeen { get; set; }

    /// <summary>When a deletion that was to wait is due; null: none is.</summary>
    public TimeSpan? DeleteAt { get; set; }

    /// <summary>The dialogue that an offer continues, and the offerer's side in it; null: it opens a new one.</summary>
    public NgDialogue? FindForOffer(NgRequest request, out int side)
    {
        foreach (NgDialogue dialogue in Dialogues)
        {
            side = dialogue.SideOf(request.FromTag);
            if (side < 0) continue;
            string other = dialogue.Sides[1 - side].Tag;
            if (request.ToTag.Length > 0 ? other == request.ToTag : other.Length == 0 && SameBranch(dialogue, request)) return dialogue;
        }
        // A first offer sent once more after an answer (authentication, a failed branch) names no to-tag either.
        side = 0;
        foreach (NgDialogue dialogue in Dialogues)
        {
            if (request.ToTag.Length == 0 && dialogue.Sides[0].Tag == request.FromTag && SameBranch(dialogue, request)) return dialogue;
        }
        return null;
    }

    /// <summary>The dialogue that an answer belongs to: the pair of tags, else the branch, else the last offer still without an answer, else
    /// the last offer of that tag, which a second callee answers.</summary>
    public NgDialogue? FindForAnswer(NgRequest request, out int offerer)
    {
        (NgDialogue? Dialogue, int Side, int Rank) best = (null, 0, 0);
        foreach (NgDialogue dialogue in Dialogues)
        {
            int side = dialogue.SideOf(request.FromTag);
            if (side < 0) continue;
            string other = dialogue.Sides[1 - side].Tag;
            int rank = other == request.ToTag && other.Length > 0 ? 4
                : request.ViaBranch.Length > 0 && dialogue.ViaBranch == request.ViaBranch ? 3
                : other.Length == 0 ? 2 : 1;
            if (rank >= best.Rank) best = (dialogue, side, rank);
        }
        offerer = best.Side;
        return best.Dialogue;
    }

    public long PacketsHeard()
    {
        long packets = 0;
        foreach (NgDialogue dialogue in Dialogues)
        {
            foreach (NgStream stream in dialogue.Streams) packets += stream.PacketsHeard();
        }
        return packets;
    }

    public void Close()
    {
        foreach (NgDialogue dialogue in Dialogues) dialogue.Close();
        Dialogues.Clear();
    }

    private static bool SameBranch(NgDialogue dialogue, NgRequest request) =>
        request.ViaBranch.Length == 0 || dialogue.ViaBranch.Length == 0 || dialogue.ViaBranch == request.ViaBranch;
}
