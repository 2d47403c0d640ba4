using Tandem.Storage;

namespace Tandem.Http;

/// <summary>Calls: those going on and those that were.</summary>
public static class CallApi
{
    public sealed record CallQuery(int Limit = 50, bool Active = false);

    public sealed record CallId(string Id);

    public sealed record CallView(string CallId, string From, string To, string Status, DateTimeOffset StartTime, DateTimeOffset? EndTime, int? Duration,
        string? Reason, string? AgentExtension);

    public sealed record LegView(int Leg, string Direction, string Peer, string SipCallId, string Transport, string? Codec, DateTimeOffset StartTime,
        DateTimeOffset? AnswerTime, DateTimeOffset EndTime, int SipStatus, string Cause, long PacketsSent, long PacketsReceived, long PacketsLost,
        double JitterMs, double? RttMs);

    public sealed record CallDetail(CallView Call, IReadOnlyList<LegView> Legs);

    private const string Columns = "call_id, from_number, to_number, status, start_time, end_time, duration, reason, agent_extension";

    /// <summary>The newest calls; or those going on, with what they do now.</summary>
    public static readonly ApiOperation<CallQuery, IReadOnlyList<CallView>> List = new("GET", "/calls", async (context, input, cancellation) =>
    {
        Names.Check(input.Limit is >= 1 and <= 10000, $"A limit of {input.Limit} is not possible.", "Use 1 to 10000.");
        return await context.Database.ReadAsync<IReadOnlyList<CallView>>(session => input.Active
            ? session.Query("SELECT call_id, from_number, to_number, status, started_at, agent_extension FROM active_calls ORDER BY started_at, call_id",
                row => new CallView(row.Text(0), row.Text(1), row.Text(2), row.Text(3), row.Time(4), null, null, null, row.TextOrNull(5)))
            : session.Query($"SELECT {Columns} FROM call_logs ORDER BY start_time DESC, call_id DESC LIMIT @limit", ToCall, ("limit", input.Limit)),
            cancellation).ConfigureAwait(false);
    });

    public static readonly ApiOperation<CallId, CallDetail> Show = new("GET", "/calls/{id}", async (context, input, cancellation) =>
        await context.Database.ReadAsync(session =>
        {
            CallView call = session.Query($"SELECT {Columns} FROM call_logs WHERE call_id = @id", ToCall, ("id", input.Id)).FirstOrDefault()
                ?? throw new ApiException(404, $"There is no call {input.Id}.", "To see the latest: tandem calls");
            return new CallDetail(call, session.Query(
                """
                SELECT leg, direction, peer, sip_call_id, transport, codec, start_time, answer_time, end_time, sip_status, cause,
                    packets_sent, packets_received, packets_lost, jitter_ms, rtt_ms
                FROM call_legs WHERE call_id = @id ORDER BY leg
                """,
                row => new LegView(row.Int(0), row.Text(1), row.Text(2), row.Text(3), row.Text(4), row.TextOrNull(5), row.Time(6), row.TimeOrNull(7),
                    row.Time(8), row.Int(9), row.Text(10), row.Long(11), row.Long(12), row.Long(13), row.Double(14), row.DoubleOrNull(15)),
                ("id", input.Id)));
        }, cancellation).ConfigureAwait(false));

    private static CallView ToCall(DbRow row) => new(row.Text(0), row.Text(1), row.Text(2), row.Text(3), row.Time(4), row.TimeOrNull(5), row.IntOrNull(6),
        row.TextOrNull(7), row.TextOrNull(8));
}
