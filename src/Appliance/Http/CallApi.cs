using System.Globalization;
using Tandem.Http.Access;
using Tandem.Media.Recording;
using Tandem.Storage;

namespace Tandem.Http;

/// <summary>Calls: those going on and those that were.</summary>
public static class CallApi
{
    /// <param name="Active">Those going on, as the database has them.</param>
    /// <param name="Status">As it ended: completed, no-answer, busy, failed, cancelled, rejected; or active.</param>
    /// <param name="Since">Started then or later.</param>
    /// <param name="Until">Started before.</param>
    /// <param name="Cursor">The <c>next</c> of the page before.</param>
    public sealed record CallQuery(int Limit = 50, bool Active = false, string? From = null, string? To = null, string? Status = null, string? Agent = null,
        DateTimeOffset? Since = null, DateTimeOffset? Until = null, string? Cursor = null);

    public sealed record CallId(string Id);

    /// <param name="Action"><c>start</c>, <c>stop</c>, <c>pause</c> or <c>resume</c>.</param>
    public sealed record RecordCall(string Id, string Action);

    /// <param name="Path">The file, relative to the recordings folder.</param>
    /// <param name="State"><c>recording</c>, <c>paused</c> or <c>over</c>.</param>
    /// <param name="Problem">What is missing of it; null: nothing.</param>
    public sealed record RecordingView(string CallId, string Path, string State, string? Problem);

    public sealed record CallView(string CallId, string From, string To, string Status, DateTimeOffset StartTime, DateTimeOffset? EndTime, int? Duration,
        string? Reason, string? AgentExtension, string? RecordingUrl);

    public sealed record LegView(int Leg, string Direction, string Peer, string SipCallId, string Transport, string? Codec, DateTimeOffset StartTime,
        DateTimeOffset? AnswerTime, DateTimeOffset EndTime, int SipStatus, string Cause, long PacketsSent, long PacketsReceived, long PacketsLost,
        double JitterMs, double? RttMs, double? Mos, long? RemotePacketsLost, double? RemoteJitterMs, double? RemoteMos, string? Encryption, string? Bridging,
        string? Carrier, string? Gateway);

    public sealed record CallDetail(CallView Call, IReadOnlyList<LegView> Legs);

    private const string Columns = "call_id, from_number, to_number, status, start_time, end_time, duration, reason, agent_extension, recording_url";

    /// <summary>Calls, the newest first; or those going on, with what they do now.</summary>
    public static readonly ApiOperation<CallQuery, Page<CallView>> List = new("GET", "/calls", async (context, input, cancellation) =>
    {
        Names.Check(input.Limit is >= 1 and <= 10000, $"A limit of {input.Limit} is not possible.", "Use 1 to 10000.");
        return await context.Database.ReadAsync(session => input.Active ? new Page<CallView>(Active(session), null) : Past(session, input), cancellation)
            .ConfigureAwait(false);
    });

    public static readonly ApiOperation<CallId, CallDetail> Show = new("GET", "/calls/{id}", async (context, input, cancellation) =>
        await context.Database.ReadAsync(session =>
        {
            CallView call = session.Query($"SELECT {Columns} FROM call_logs WHERE call_id = @id", ToCall, ("id", input.Id)).FirstOrDefault()
                ?? throw new ApiException(404, $"There is no call {input.Id}.", "To see the latest: tandem calls");
            return new CallDetail(call, session.Query(
                """
                SELECT leg, direction, peer, sip_call_id, transport, codec, start_time, answer_time, end_time, sip_status, cause,
                    packets_sent, packets_received, packets_lost, jitter_ms, rtt_ms,
                    mos, remote_packets_lost, remote_jitter_ms, remote_mos, encryption, bridging, carrier, gateway
                FROM call_legs WHERE call_id = @id ORDER BY leg
                """,
                row => new LegView(row.Int(0), row.Text(1), row.Text(2), row.Text(3), row.Text(4), row.TextOrNull(5), row.Time(6), row.TimeOrNull(7),
                    row.Time(8), row.Int(9), row.Text(10), row.Long(11), row.Long(12), row.Long(13), row.Double(14), row.DoubleOrNull(15),
                    row.DoubleOrNull(16), row.LongOrNull(17), row.DoubleOrNull(18), row.DoubleOrNull(19), row.TextOrNull(20), row.TextOrNull(21),
                    row.TextOrNull(22), row.TextOrNull(23)),
                ("id", input.Id)));
        }, cancellation).ConfigureAwait(false));

    /// <summary>Controls the recording of a call that goes on.</summary>
    public static readonly ApiOperation<RecordCall, RecordingView> Record = new("POST", "/calls/{id}/recording", async (context, input, _) =>
    {
        if (context.Record is not { } record) throw ApplianceApi.NotRunning(context);
        Names.Check(Enum.TryParse(input.Action, ignoreCase: true, out RecordingAction action) && Enum.IsDefined(action),
            $"'{input.Action}' is nothing that a recording can do.", "Use start, stop, pause or resume.");
        Names.Check(Guid.TryParse(input.Id, out Guid id), $"'{input.Id}' is not a call id.", "To see the calls going on: tandem calls --active");
        CallRecording recording = await record(id, action).ConfigureAwait(false)
            ?? throw new ApiException(404, $"There is no such call going on, or it is not being recorded: {id}.", "To see the calls going on: tandem calls --active");
        if (action == RecordingAction.Start && recording is { IsOver: true, Problem: { } problem })
            throw new ApiException(503, $"The recording cannot start: {problem}.", "See recording.folder and recording.min_free_mb in the settings.");
        return new RecordingView(input.Id, recording.Path, recording.State, recording.Problem);
    })
    { Role = ApiRole.Operator };

    private static List<CallView> Active(DbSession session) => session.Query(
        """
        SELECT a.call_id, a.from_number, a.to_number, a.status, a.started_at, a.agent_extension, l.recording_url
        FROM active_calls a JOIN call_logs l ON l.call_id = a.call_id ORDER BY a.started_at, a.call_id
        """,
        row => new CallView(row.Text(0), row.Text(1), row.Text(2), row.Text(3), row.Time(4), null, null, null, row.TextOrNull(5), row.TextOrNull(6)));

    /// <summary>A page begins after the call that its cursor names: calls that come in meanwhile shift nothing.</summary>
    private static Page<CallView> Past(DbSession session, CallQuery query)
    {
        (DateTimeOffset at, string id) = query.Cursor is null ? (DateTimeOffset.MaxValue, "") : Position(query.Cursor);
        List<CallView> calls = session.Query(
            $"""
            SELECT {Columns} FROM call_logs
            WHERE start_time >= @since AND start_time < @until AND (@from = '' OR from_number = @from) AND (@to = '' OR to_number = @to)
                AND (@status = '' OR status = @status) AND (@agent = '' OR agent_extension = @agent)
                AND (start_time < @at OR (start_time = @at AND call_id < @id))
            ORDER BY start_time DESC, call_id DESC LIMIT @limit
            """,
            ToCall, ("since", query.Since ?? DateTimeOffset.MinValue), ("until", query.Until ?? DateTimeOffset.MaxValue), ("from", query.From ?? ""), ("to", query.To ?? ""),
            ("status", query.Status ?? ""), ("agent", query.Agent ?? ""), ("at", at), ("id", id), ("limit", query.Limit + 1));
        if (calls.Count <= query.Limit) return new Page<CallView>(calls, null);
        CallView last = calls[query.Limit - 1];
        return new Page<CallView>(calls[..query.Limit], ListCursor.Write($"{DbTime.ToText(last.StartTime)} {last.CallId}"));
    }

    private static (DateTimeOffset At, string Id) Position(string cursor)
    {
        string[] parts = ListCursor.Read(cursor).Split(' ');
        DateTimeOffset at = default;
        Names.Check(parts.Length == 2 && DateTimeOffset.TryParse(parts[0], CultureInfo.InvariantCulture, out at), "The cursor is none of ours.",
            "Give the value of next of the page before, or none.", "cursor");
        return (at, parts[1]);
    }

    private static CallView ToCall(DbRow row) => new(row.Text(0), row.Text(1), row.Text(2), row.Text(3), row.Time(4), row.TimeOrNull(5), row.IntOrNull(6),
        row.TextOrNull(7), row.TextOrNull(8), row.TextOrNull(9));
}
