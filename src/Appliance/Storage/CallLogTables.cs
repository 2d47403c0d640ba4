namespace Tandem.Storage;

/// <summary>What each journal entry does to the tables. Doing it again changes nothing, in any order that keeps one call's entries in theirs.</summary>
/// <remarks>
/// A call's row passes once from open to ended; whatever counts (agents.total_calls) is counted in the transaction of that step and only by it.
/// agents.current_calls is not counted but read off <c>active_calls</c>, which an ended call can no longer enter.
/// </remarks>
internal static class CallLogTables
{
    /// <param name="session">In a transaction.</param>
    /// <param name="entry">What happened.</param>
    /// <param name="node">Where.</param>
    /// <param name="isKnown">An entry of this call came before in the same transaction: its row is there.</param>
    /// <param name="isPassed">The call has gone on by the end of the transaction: where no agent is concerned nobody would see this state.</param>
    public static void Apply(DbSession session, CallLogEntry entry, string node, bool isKnown, bool isPassed)
    {
        if (entry.Event == CallLogEvent.Alive) return;
        if (!isKnown) EnsureCall(session, entry, node);
        switch (entry.Event)
        {
            case CallLogEvent.Started or CallLogEvent.Active when isPassed && entry.Agent is null: break;
            case CallLogEvent.Started: SetActive(session, entry with { Status = CallStatusText.Active }, node); break;
            case CallLogEvent.Active: SetActive(session, entry, node); break;
            case CallLogEvent.Leg: SaveLeg(session, entry.Leg!); break;
            case CallLogEvent.Recorded: SetRecording(session, entry); break;
            case CallLogEvent.Ended: End(session, entry); break;
        }
    }

    private static void EnsureCall(DbSession session, CallLogEntry entry, string node) => session.Execute(
        """
        INSERT INTO call_logs (call_id, from_number, to_number, status, start_time, created_at, node)
        VALUES (@id, @from, @to, 'active', @start, @start, @node) ON CONFLICT (call_id) DO NOTHING
        """,
        ("id", entry.CallId), ("from", entry.From), ("to", entry.To), ("start", entry.StartedAt), ("node", node));

    private static void SetActive(DbSession session, CallLogEntry entry, string node)
    {
        string? before = AgentOf(session, entry.CallId);
        session.Execute(
            """
            INSERT INTO active_calls (call_id, from_number, to_number, agent_extension, status, started_at, node)
            SELECT call_id, from_number, to_number, (SELECT extension FROM agents WHERE extension = @agent), @status, start_time, @node
            FROM call_logs WHERE call_id = @id AND end_time IS NULL
            ON CONFLICT (call_id) DO UPDATE SET agent_extension = excluded.agent_extension, status = excluded.status
            """,
            ("id", entry.CallId), ("agent", entry.Agent), ("status", entry.Status), ("node", node));
        if (before != entry.Agent) Recount(session, before, entry.At);
        Recount(session, entry.Agent, entry.At);
    }

    /// <summary>The first recording of a call is the one that its row names.</summary>
    private static void SetRecording(DbSession session, CallLogEntry entry) => session.Execute(
        "UPDATE call_logs SET recording_url = @url WHERE call_id = @id AND recording_url IS NULL", ("url", entry.Recording), ("id", entry.CallId));

    private static void End(DbSession session, CallLogEntry entry)
    {
        int duration = (int)Math.Round(Math.Max(0, (entry.At - entry.StartedAt).TotalSeconds));
        bool endsNow = session.Execute(
            """
            UPDATE call_logs SET end_time = @end, duration = @duration, status = @status, reason = @reason, agent_extension = @agent
            WHERE call_id = @id AND end_time IS NULL
            """,
            ("id", entry.CallId), ("end", entry.At), ("duration", duration), ("status", entry.Status), ("reason", entry.Reason),
            ("agent", entry.Agent)) > 0;
        if (!endsNow) return;
        string? before = session.Query("DELETE FROM active_calls WHERE call_id = @id RETURNING agent_extension", row => row.TextOrNull(0), ("id", entry.CallId)).FirstOrDefault();
        if (entry.Agent is { } agent)
            session.Execute("UPDATE agents SET total_calls = total_calls + 1 WHERE extension = @agent", ("agent", agent));
        Recount(session, before, entry.At);
    }

    private static string? AgentOf(DbSession session, Guid callId) =>
        session.Query("SELECT agent_extension FROM active_calls WHERE call_id = @id", row => row.TextOrNull(0), ("id", callId)).FirstOrDefault();

    private static void Recount(DbSession session, string? agent, DateTimeOffset at)
    {
        if (agent is null) return;
        session.Execute(
            "UPDATE agents SET current_calls = (SELECT COUNT(*) FROM active_calls WHERE agent_extension = @agent) WHERE extension = @agent",
            ("agent", agent));
        session.Execute(
            """
            UPDATE agents SET updated_at = @at,
                status = CASE WHEN status = 'offline' THEN 'offline' WHEN current_calls > 0 THEN 'busy' ELSE 'available' END
            WHERE extension = @agent
            """,
            ("agent", agent), ("at", at));
    }

    private static void SaveLeg(DbSession session, CallLegRecord leg) => session.Execute(
        """
        INSERT INTO call_legs (call_id, leg, direction, peer, sip_call_id, transport, codec, start_time, answer_time, end_time, sip_status,
            cause, packets_sent, packets_received, packets_lost, jitter_ms, rtt_ms,
            mos, remote_packets_lost, remote_jitter_ms, remote_mos, encryption, bridging, carrier, gateway)
        VALUES (@id, @leg, @direction, @peer, @sip, @transport, @codec, @start, @answer, @end, @status, @cause, @sent, @received, @lost, @jitter, @rtt,
            @mos, @remoteLost, @remoteJitter, @remoteMos, @encryption, @bridging, @carrier, @gateway)
        ON CONFLICT (call_id, leg) DO NOTHING
        """,
        ("id", leg.CallId), ("leg", leg.Leg), ("direction", leg.Incoming ? "in" : "out"), ("peer", leg.Peer), ("sip", leg.SipCallId),
        ("transport", leg.Transport), ("codec", leg.Codec), ("start", leg.StartedAt), ("answer", leg.AnsweredAt), ("end", leg.EndedAt),
        ("status", leg.SipStatus), ("cause", leg.Cause), ("sent", leg.Quality.PacketsSent), ("received", leg.Quality.PacketsReceived),
        ("lost", leg.Quality.PacketsLost), ("jitter", leg.Quality.JitterMs), ("rtt", leg.Quality.RoundTripMs), ("mos", leg.Quality.Mos),
        ("remoteLost", leg.Quality.RemotePacketsLost), ("remoteJitter", leg.Quality.RemoteJitterMs), ("remoteMos", leg.Quality.RemoteMos),
        ("encryption", leg.Encryption), ("bridging", leg.Bridging), ("carrier", leg.Carrier), ("gateway", leg.Gateway));
}
