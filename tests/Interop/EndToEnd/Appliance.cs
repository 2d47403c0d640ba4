using System.Globalization;
using Interop.Audio;
using Interop.Peers;
using Xunit;

namespace Interop.EndToEnd;

/// <summary>One appliance for the tests of a class that leave it as it was, and the checks that they share.</summary>
public class Appliance : IAsyncLifetime
{
    public TandemProcess Tandem { get; private set; } = null!;

    public Rows Database => Tandem.Database;

    /// <summary>
    /// A menu that waits 1.5 s for a digit: what it says then pushes the end of its prompt out of a phone's jitter buffer, which keeps the last
    /// packets of a stream that pauses.
    /// </summary>
    public const string ShortWait = "ivr.first_digit_ms=1500";

    protected virtual TandemSetup Setup => new() { Settings = [ShortWait] };

    public virtual async ValueTask InitializeAsync() => Tandem = await TandemProcess.StartAsync(Setup);

    public virtual async ValueTask DisposeAsync()
    {
        await Tandem.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Wraps a test: what it throws comes with the last lines of the appliance's log, and a fault in that log fails it too.</summary>
    public Task RunAsync(Func<Task> test) => RunAsync(Tandem, test);

    public static async Task RunAsync(TandemProcess tandem, Func<Task> test)
    {
        int before = tandem.Log.Length;
        try
        {
            await test();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new Xunit.Sdk.XunitException($"{e.Message}\n{e.StackTrace}\n--- the appliance's log:\n{tandem.Tail}", e);
        }
        string log = tandem.Log[before..];
        int fault = Math.Max(log.IndexOf("Unhandled exception", StringComparison.OrdinalIgnoreCase), log.IndexOf("   at Tandem.", StringComparison.Ordinal));
        Assert.True(fault < 0, $"a fault in the appliance's log: {log[Math.Max(0, fault - 1000)..Math.Min(log.Length, Math.Max(0, fault) + 2000)]}");
    }

    /// <summary>The words as the product itself renders them, at 8 kHz by another program's filter.</summary>
    public static async Task<Sound> ReferenceAsync(TandemProcess tandem, string words)
    {
        string file = Path.Combine(tandem.DataFolder, $"reference-{Guid.NewGuid():N}.wav");
        await tandem.CliAsync("say", words, "-o", file);
        return await Sound.LoadAsync(file);
    }

    public Task<Sound> ReferenceAsync(string words) => ReferenceAsync(Tandem, words);

    /// <summary>The newest call's row once it has ended; fails where it does not end as <paramref name="status"/>.</summary>
    public Task<Row> EndedAsync(string from, string to, string status) => EndedAsync(Tandem, from, to, status);

    public static async Task<Row> EndedAsync(TandemProcess tandem, string from, string to, string status)
    {
        Row[] rows = [];
        await Clock.UntilAsync(async () =>
        {
            rows = [.. (await tandem.Database.QueryAsync("SELECT * FROM call_logs ORDER BY start_time DESC, call_id DESC")).Where(r => !tandem.SeenCalls.Contains(r["call_id"]!))];
            // A call of an earlier test may be the newest until this one's row is written.
            return rows is [{ } newest, ..] && newest["from_number"] == from && newest["to_number"] == to && newest["end_time"] is not null;
        }, 5, () => rows.Length == 0 ? "there is no row of a new call" : $"no new call from {from} to {to} has ended: {rows[0]}");
        foreach (Row seen in rows) tandem.SeenCalls.Add(seen["call_id"]!);
        Row row = rows[0];
        Assert.True(row["status"] == status, $"wanted {status}: {row}");
        Assert.InRange(row.Number("duration"), 0, 180);
        Assert.Empty(await tandem.Database.QueryAsync($"SELECT * FROM active_calls WHERE call_id = '{row["call_id"]}'"));
        return row;
    }

    /// <summary>The legs of a call, in order, once there are <paramref name="count"/>.</summary>
    public async Task<IReadOnlyList<Row>> LegsAsync(Row call, int count)
    {
        IReadOnlyList<Row> legs = [];
        await Clock.UntilAsync(async () =>
        {
            legs = await Database.QueryAsync($"SELECT * FROM call_legs WHERE call_id = '{call["call_id"]}' ORDER BY leg");
            return legs.Count >= count;
        }, 5, () => $"{legs.Count} legs of {count}: {string.Join(" | ", legs)}");
        Assert.Equal(count, legs.Count);
        return legs;
    }

    public async Task<Row> AgentAsync(string extension) =>
        Assert.Single(await Database.QueryAsync($"SELECT * FROM agents WHERE extension = '{extension}'"));

    /// <summary>Asserts that an answered leg has its codec, its packets and no loss.</summary>
    public static void AssertGoodLeg(Row leg, string codec)
    {
        Assert.Equal(codec, leg["codec"], ignoreCase: true);
        Assert.True(leg.Number("packets_sent") > 50 && leg.Number("packets_received") > 50, leg.ToString());
        Assert.Equal(0, leg.Number("packets_lost"));
        Assert.NotNull(leg["answer_time"]);
        Assert.Equal(200, leg.Number("sip_status"));
        Assert.False(string.IsNullOrEmpty(leg["cause"]), leg.ToString());
        Assert.False(string.IsNullOrEmpty(leg["sip_call_id"]), leg.ToString());
        Assert.True(double.Parse(leg["jitter_ms"]!, CultureInfo.InvariantCulture) < 20, leg.ToString());
    }

    /// <summary>Asserts that the last seconds which one phone heard are what the other said.</summary>
    public static async Task AssertHeardAsync(BaresipPhone phone, Sound said, double seconds)
    {
        // The last tenth of a second may be cut by the end of the call.
        Sound heard = (await phone.HeardLastAsync()).Last(TimeSpan.FromSeconds(seconds + 0.2));
        AudioMatch match = AudioMatch.Find(heard.Slice(TimeSpan.Zero, TimeSpan.FromSeconds(seconds)), said);
        Assert.True(match.Passes && match.Voiced >= (int)seconds, $"{phone.Options.User} heard something else: {match}");
    }
}
