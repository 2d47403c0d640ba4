using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Storage;
using Xunit;

namespace Tandem.Tests.Storage;

public sealed class CallLogTests(PostgresCluster cluster)
{
    private static readonly DateTimeOffset s_start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private static CancellationToken Limit => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DatabaseEngine.Sqlite)]
    [InlineData(DatabaseEngine.PostgreSql)]
    public async Task A_call_has_its_rows_from_start_to_end(DatabaseEngine engine)
    {
        await using TestDatabase test = await TestDatabase.CreateAsync(engine, cluster);
        await AddAgentAsync(test, "1001");
        await using CallLog log = Start(test);
        var call = Guid.CreateVersion7();

        log.CallStarted(call, "1002", "9999", s_start);
        await log.FlushAsync(Limit);
        Assert.Equal("active", await test.TextAsync("SELECT status FROM call_logs WHERE end_time IS NULL"));
        Assert.Equal("active", await test.TextAsync("SELECT status FROM active_calls"));

        log.CallActive(call, "connected", "1001");
        await log.FlushAsync(Limit);
        Assert.Equal("1001", await test.TextAsync("SELECT agent_extension FROM active_calls WHERE status = 'connected'"));
        Assert.Equal("busy", await test.TextAsync("SELECT status FROM agents WHERE current_calls = 1 AND total_calls = 0"));
        Assert.Equal(1, log.Agents.CurrentCalls("1001"));

        log.CallRecorded(call, "2026/01/02/first.wav");
        log.CallRecorded(call, "2026/01/02/second.wav");
        log.LegEnded(Leg(call, 1));
        log.CallEnded(call, CallStatus.NoAnswer, s_start.AddSeconds(61.6), "agent did not answer", "1001");
        log.LegEnded(Leg(call, 2));
        await log.FlushAsync(Limit);
        Assert.Equal("no-answer", await test.TextAsync("SELECT status FROM call_logs WHERE duration = 62 AND reason = 'agent did not answer'"));
        Assert.Equal(s_start.AddSeconds(61.6), Assert.Single(await test.QueryAsync("SELECT end_time FROM call_logs", row => row.Time(0))));
        Assert.Equal(0, await test.NumberAsync("SELECT COUNT(*) FROM active_calls"));
        Assert.Equal("available", await test.TextAsync("SELECT status FROM agents WHERE current_calls = 0 AND total_calls = 1"));
        Assert.Equal("PCMU;PCMU", await test.TextAsync("SELECT codec FROM call_legs WHERE packets_lost = 3 AND jitter_ms > 1.4 AND rtt_ms IS NULL AND mos > 4.2 AND remote_packets_lost = 2 AND remote_jitter_ms > 7.4 AND remote_mos < 4.2 ORDER BY leg"));
        Assert.Equal("DTLS AEAD_AES_128_GCM relayed", await test.TextAsync("SELECT encryption || ' ' || bridging FROM call_legs WHERE leg = 1"));
        Assert.Equal("2026/01/02/first.wav", await test.TextAsync("SELECT recording_url FROM call_logs"));
        Assert.Equal(0, log.Agents.CurrentCalls("1001"));
    }

    [Theory]
    [InlineData(DatabaseEngine.Sqlite)]
    [InlineData(DatabaseEngine.PostgreSql)]
    public async Task Replaying_the_journal_again_and_again_changes_nothing(DatabaseEngine engine)
    {
        await using TestDatabase test = await TestDatabase.CreateAsync(engine, cluster);
        await AddAgentAsync(test, "1001");
        Guid[] calls = [.. Enumerable.Range(0, 20).Select(_ => Guid.CreateVersion7())];
        List<CallLogEntry> entries = [.. calls.SelectMany(call => Life(call, "1001"))];
        for (int replay = 0; replay < 3; replay++)
        {
            WriteJournal(test, entries);
            await using CallLog log = Start(test);
            await log.Recovered;
            Assert.Equal(20, await test.NumberAsync("SELECT COUNT(*) FROM call_logs WHERE status = 'completed'"));
            Assert.Equal(20, await test.NumberAsync("SELECT COUNT(*) FROM call_legs"));
            Assert.Equal(20, await test.NumberAsync("SELECT total_calls FROM agents"));
            Assert.Equal(0, await test.NumberAsync("SELECT current_calls FROM agents"));
            Assert.Equal(0, await test.NumberAsync("SELECT COUNT(*) FROM active_calls"));
        }
    }

    [Theory]
    [InlineData(DatabaseEngine.Sqlite)]
    [InlineData(DatabaseEngine.PostgreSql)]
    public async Task A_kill_inside_a_batch_loses_only_what_was_not_yet_whole(DatabaseEngine engine)
    {
        await using TestDatabase test = await TestDatabase.CreateAsync(engine, cluster);
        Guid first = Guid.CreateVersion7(), second = Guid.CreateVersion7();
        string segment = WriteJournal(test, [.. Life(first, null), .. Life(second, null)]);
        await using (FileStream file = File.OpenWrite(segment)) file.SetLength(file.Length - 5);

        await using CallLog log = Start(test);
        await log.Recovered;

        Assert.Equal("completed", await test.TextAsync($"SELECT status FROM call_logs WHERE call_id = '{first}'"));
        Assert.Equal("failed", await test.TextAsync($"SELECT status FROM call_logs WHERE call_id = '{second}' AND reason = '{CrashRecovery.Reason}'"));
        Assert.Equal(0, await test.NumberAsync("SELECT COUNT(*) FROM active_calls"));
    }

    [Theory]
    [InlineData(DatabaseEngine.Sqlite)]
    [InlineData(DatabaseEngine.PostgreSql)]
    public async Task The_next_start_closes_the_calls_of_a_killed_run_and_frees_its_agents(DatabaseEngine engine)
    {
        await using TestDatabase test = await TestDatabase.CreateAsync(engine, cluster);
        await AddAgentAsync(test, "1001");
        var call = Guid.CreateVersion7();
        DateTimeOffset lastSign = s_start.AddSeconds(90);
        WriteJournal(test, [.. Life(call, "1001").Take(2), new CallLogEntry(CallLogEvent.Alive, Guid.Empty, "", "", default, lastSign)]);
        await test.ExecuteAsync("UPDATE agents SET current_calls = 7, status = 'busy'");
        await test.Database.WriteAsync(session => session.Execute(
            """
            INSERT INTO call_logs (call_id, from_number, to_number, status, start_time, created_at, node)
            VALUES ('other', '1', '2', 'active', @at, @at, 'another-appliance')
            """, ("at", s_start)), Limit);

        await using CallLog log = Start(test);
        await log.Recovered;

        Assert.Equal("failed", await test.TextAsync($"SELECT status FROM call_logs WHERE call_id = '{call}' AND duration = 90"));
        Assert.Equal(lastSign, Assert.Single(await test.QueryAsync($"SELECT end_time FROM call_logs WHERE call_id = '{call}'", row => row.Time(0))));
        Assert.Equal("active", await test.TextAsync("SELECT status FROM call_logs WHERE call_id = 'other'"));
        Assert.Equal(0, await test.NumberAsync("SELECT COUNT(*) FROM active_calls"));
        Assert.Equal("available", await test.TextAsync("SELECT status FROM agents WHERE current_calls = 0"));
    }

    [Fact]
    public async Task An_outage_of_PostgreSQL_loses_no_call_and_nobody_waits()
    {
        await using var own = new PostgresCluster();
        await using TestDatabase test = await TestDatabase.CreateAsync(DatabaseEngine.PostgreSql, own);
        await AddAgentAsync(test, "1001");
        await using (CallLog log = Start(test, segmentBytes: 8192))
        {
            log.CallStarted(Guid.CreateVersion7(), "a", "b", s_start);
            await log.FlushAsync(Limit);
            await own.StopAsync();
            for (int i = 0; i < 300; i++) Log(log, Guid.CreateVersion7(), "1001");
            Task flushed = log.FlushAsync(Limit).AsTask();
            Assert.False(flushed.IsCompleted);

            await own.StartAsync();
            await flushed;
            Assert.Equal(300, await test.NumberAsync("SELECT COUNT(*) FROM call_logs WHERE status = 'completed'"));
            Assert.Equal(300, await test.NumberAsync("SELECT total_calls FROM agents WHERE current_calls = 0"));
            Assert.Single(Directory.GetFiles(test.JournalFolder));
        }
        Assert.Empty(Directory.GetFiles(test.JournalFolder));
    }

    [Fact]
    public async Task What_was_logged_while_PostgreSQL_was_away_is_there_after_a_restart()
    {
        await using var own = new PostgresCluster();
        await using TestDatabase test = await TestDatabase.CreateAsync(DatabaseEngine.PostgreSql, own);
        await own.StopAsync();
        await using (CallLog log = Start(test))
        {
            for (int i = 0; i < 50; i++) Log(log, Guid.CreateVersion7(), null);
        }
        await own.StartAsync();
        await test.ReopenAsync();
        await using CallLog next = Start(test);
        await next.Recovered;
        Assert.Equal(50, await test.NumberAsync("SELECT COUNT(*) FROM call_logs WHERE status = 'completed'"));
    }

    [Theory]
    [InlineData(DatabaseEngine.Sqlite)]
    [InlineData(DatabaseEngine.PostgreSql)]
    public async Task A_strangers_text_of_any_kind_and_length_does_not_stop_the_log(DatabaseEngine engine)
    {
        await using TestDatabase test = await TestDatabase.CreateAsync(engine, cluster);
        await using CallLog log = Start(test);
        Guid odd = Guid.CreateVersion7(), plain = Guid.CreateVersion7();
        log.CallStarted(odd, "a\0b\u0001" + new string('x', 5000), "'; DROP TABLE call_logs; --\ud800", s_start);
        log.CallActive(odd, new string('s', 100), "an-agent-that-does-not-exist-and-has-a-long-name");
        log.LegEnded(Leg(odd, 1) with { SipCallId = new string('c', 60_000), Cause = new string('\0', 9000), Codec = new string('k', 99) });
        log.CallEnded(odd, CallStatus.Rejected, s_start.AddSeconds(-10), new string('r', 4000), "ghost");
        Log(log, plain, null);
        await log.FlushAsync(Limit);
        Assert.Equal("rejected", await test.TextAsync($"SELECT status FROM call_logs WHERE call_id = '{odd}' AND duration = 0"));
        Assert.Equal("completed", await test.TextAsync($"SELECT status FROM call_logs WHERE call_id = '{plain}'"));
        Assert.Equal(1, await test.NumberAsync($"SELECT COUNT(*) FROM call_legs WHERE call_id = '{odd}'"));
    }

    [Theory]
    [InlineData(DatabaseEngine.Sqlite)]
    [InlineData(DatabaseEngine.PostgreSql)]
    public async Task An_entry_that_the_database_refuses_is_skipped_alone(DatabaseEngine engine)
    {
        await using TestDatabase test = await TestDatabase.CreateAsync(engine, cluster);
        Guid bad = Guid.CreateVersion7(), good = Guid.CreateVersion7();
        List<CallLogEntry> entries = [.. Life(bad, null), .. Life(good, null)];
        entries.Insert(1, entries[1] with { Leg = Leg(bad, 9) with { Peer = null! } });
        WriteJournal(test, entries);
        await using CallLog log = Start(test);
        await log.Recovered;
        Assert.Equal(2, await test.NumberAsync("SELECT COUNT(*) FROM call_logs WHERE status = 'completed'"));
    }

    [Theory]
    [InlineData(DatabaseEngine.Sqlite)]
    [InlineData(DatabaseEngine.PostgreSql)]
    public async Task An_offline_agent_stays_offline_through_a_call_and_a_changed_agent_is_freed(DatabaseEngine engine)
    {
        await using TestDatabase test = await TestDatabase.CreateAsync(engine, cluster);
        await AddAgentAsync(test, "1001");
        await AddAgentAsync(test, "1002");
        await test.ExecuteAsync("UPDATE agents SET status = 'offline' WHERE extension = '1002'");
        await using CallLog log = Start(test);
        var call = Guid.CreateVersion7();
        log.CallStarted(call, "a", "b", s_start);
        log.CallActive(call, "ringing", "1001");
        log.CallActive(call, "ringing", "1002");
        await log.FlushAsync(Limit);
        Assert.Equal("available;offline", await test.TextAsync("SELECT status FROM agents ORDER BY extension"));
        Assert.Equal("0;1", await test.TextAsync("SELECT CAST(current_calls AS VARCHAR(9)) FROM agents ORDER BY extension"));
        log.CallEnded(call, CallStatus.Completed, s_start.AddSeconds(1), "done", "1002");
        await log.FlushAsync(Limit);
        Assert.Equal("0;1", await test.TextAsync("SELECT CAST(total_calls AS VARCHAR(9)) FROM agents ORDER BY extension"));
    }

    private static void Log(CallLog log, Guid call, string? agent)
    {
        log.CallStarted(call, "1002", "9999", s_start);
        log.CallActive(call, "connected", agent);
        log.LegEnded(Leg(call, 1));
        log.CallEnded(call, CallStatus.Completed, s_start.AddSeconds(5), "caller hung up", agent);
    }

    private static CallLogEntry[] Life(Guid call, string? agent) =>
    [
        new(CallLogEvent.Started, call, "1002", "9999", s_start, s_start),
        new(CallLogEvent.Active, call, "1002", "9999", s_start, s_start.AddSeconds(1), Status: "connected", Agent: agent),
        new(CallLogEvent.Leg, call, "1002", "9999", s_start, s_start.AddSeconds(5), Leg: Leg(call, 1)),
        new(CallLogEvent.Ended, call, "1002", "9999", s_start, s_start.AddSeconds(5), Status: "completed", Reason: "caller hung up", Agent: agent),
    ];

    private static CallLegRecord Leg(Guid call, int leg) => new(call, leg, Incoming: leg == 1, "sip:1002@192.0.2.1", "a84b4c76e66710", "udp", "PCMU",
        s_start, s_start.AddSeconds(1), s_start.AddSeconds(5), 200, "remote BYE", new LegQuality(250, 247, 3, 1.5, null, 4.3, 2, 7.5, 4.1),
        "DTLS AEAD_AES_128_GCM", "relayed");

    private static CallLog Start(TestDatabase test, long segmentBytes = 4 << 20) => CallLog.Start(test.Database,
        new CallLogOptions { JournalFolder = test.JournalFolder, Node = "here", SegmentBytes = segmentBytes }, NullLoggerFactory.Instance);

    /// <summary>A journal as a killed run leaves it.</summary>
    private static string WriteJournal(TestDatabase test, List<CallLogEntry> entries)
    {
        var folder = new JournalFolder(test.JournalFolder);
        using var writer = new JournalWriter(folder, firstSegment: 1, segmentBytes: 1 << 20);
        return folder.PathOf(writer.Append(entries).Segment);
    }

    private static Task<int> AddAgentAsync(TestDatabase test, string extension) => test.Database.WriteAsync(session =>
    {
        AgentStore.Save(session, extension, "Agent " + extension, null, s_start);
        return 0;
    }, Limit);
}
