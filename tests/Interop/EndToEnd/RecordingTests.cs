using System.Globalization;
using Interop.Audio;
using Interop.Peers;
using Xunit;

namespace Interop.EndToEnd;

/// <summary>What is on the disk of calls that were recorded.</summary>
public sealed class RecordingTests
{
    private static readonly string[] s_all = [Appliance.ShortWait, "recording.calls=all", "recording.layout=stereo", "recording.min_free_mb=0"];

    [Theory]
    [InlineData(null)]
    [InlineData("srtp-mand")]
    public Task A_call_through_the_menu_to_another_phone_is_in_one_file_the_caller_left_and_all_that_he_hears_right(string? encryption) => OnAsync(s_all, async tandem =>
    {
        Sound one = await Speech.TestSignalAsync("en-us"), two = await Speech.TestSignalAsync("en-gb-scotland");
        Sound prompt = await Appliance.ReferenceAsync(tandem, TandemSetup.Welcome);
        await using BaresipPhone called = await BaresipPhone.StartAsync(tandem.Phone("1001") with { Says = one, Codec = "PCMA" });
        await using BaresipPhone caller = await BaresipPhone.StartAsync(tandem.Phone("1002") with { Says = two, MediaEncryption = encryption });

        await caller.CallAsync(caller.Number("9999"));
        await Clock.SecondsAsync(3.5);
        await caller.PressAsync("1");
        await called.NextAsync("CALL_ESTABLISHED");
        await Clock.SecondsAsync(7.5);    // baresip reports every five seconds
        await caller.HangUpAsync();
        Row call = await Appliance.EndedAsync(tandem, "1002", "9999", "completed");

        string path = await PathAsync(tandem, call);
        Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:yyyy'/'MM'/'dd}/{call["call_id"]}.wav"), call["recording_url"]);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        (Sound left, Sound right) = await ChannelsAsync(path);
        Assert.InRange(left.Duration.TotalSeconds, 10.5, 18);
        AssertHolds(prompt.Slice(TimeSpan.FromSeconds(0.2), TimeSpan.FromSeconds(2.5)), right, 2);
        await AssertTalkAsync(path, two, one);
        IReadOnlyList<Row> legs = await LegsAsync(tandem, call, 2);
        foreach (string column in (string[])["mos", "remote_mos"])
            Assert.All(legs, leg => Assert.True(double.Parse(leg[column]!, CultureInfo.InvariantCulture) > 4.2, leg.ToString()));
        Assert.All(legs, leg => Assert.True(double.Parse(leg["rtt_ms"]!, CultureInfo.InvariantCulture) < 100, leg.ToString()));
    });

    [Fact]
    public Task A_recording_follows_the_callee_who_is_transferred_in_a_second_file() => OnAsync(s_all, async tandem =>
    {
        Sound one = await Speech.TestSignalAsync("en-us"), two = await Speech.TestSignalAsync("en-gb-scotland"), three = await Speech.TestSignalAsync("en-gb-x-rp");
        await using BaresipPhone third = await BaresipPhone.StartAsync(tandem.Phone("1003") with { Says = three });
        await using BaresipPhone called = await BaresipPhone.StartAsync(tandem.Phone("1002") with { Says = two });
        await using BaresipPhone caller = await BaresipPhone.StartAsync(tandem.Phone("1001") with { Says = one });
        await caller.CallAsync(caller.Number("1002"));
        await called.NextAsync("CALL_ESTABLISHED");
        await Clock.SecondsAsync(4.5);
        string id = Assert.Single(await tandem.Database.QueryAsync("SELECT call_id FROM active_calls WHERE status = 'talking'"))["call_id"]!;
        await tandem.CliAsync("calls", "transfer", id, "1003", "--party", "callee");
        await caller.NextAsync("CALL_CLOSED", TimeSpan.FromSeconds(30));
        await Clock.SecondsAsync(4.5);
        await third.HangUpAsync();
        await called.NextAsync("CALL_CLOSED", TimeSpan.FromSeconds(30));
        string path = await PathAsync(tandem, await Appliance.EndedAsync(tandem, "1001", "1002", "completed"));

        Assert.Equal([$"{id}-2.wav", $"{id}.wav"], Directory.GetFiles(Path.GetDirectoryName(path)!).Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal));
        Assert.Equal($"{id}.wav", Path.GetFileName(path));
        await AssertTalkAsync(path, one, two);
        await AssertTalkAsync(path.Replace(".wav", "-2.wav", StringComparison.Ordinal), two, three);
    });

    /// <summary>The last seconds of a file are a talk of these two.</summary>
    private static async Task AssertTalkAsync(string path, Sound caller, Sound callee)
    {
        (Sound left, Sound right) = await ChannelsAsync(path);
        AssertHolds(left.Last(TimeSpan.FromSeconds(4.2)).Slice(TimeSpan.Zero, TimeSpan.FromSeconds(4)), caller, 3);
        AssertHolds(right.Last(TimeSpan.FromSeconds(4.2)).Slice(TimeSpan.Zero, TimeSpan.FromSeconds(4)), callee, 3);
    }

    [Fact]
    public Task A_recording_is_controlled_by_hand_and_a_pause_is_silence() => OnAsync([Appliance.ShortWait, "recording.min_free_mb=0", "ivr.first_digit_ms=20000"], async tandem =>
    {
        Sound speech = await Speech.TestSignalAsync("en-us");
        await using BaresipPhone phone = await BaresipPhone.StartAsync(tandem.Phone("1001") with { Says = speech });
        await phone.CallAsync(phone.Number("9999"));
        string id = "";
        await Clock.UntilAsync(async () => (await tandem.Database.QueryAsync("SELECT call_id FROM active_calls")) is [{ } active] && (id = active["call_id"]!) != "", 3, () => "no call");
        Assert.Contains("recording: ", await tandem.CliAsync("calls", "record", id, "--start"), StringComparison.Ordinal);
        Assert.Equal(1, (await tandem.StatusAsync()).GetProperty("recordings").GetInt32());
        await Clock.SecondsAsync(2);
        Assert.Contains("paused: ", await tandem.CliAsync("calls", "record", id, "--pause"), StringComparison.Ordinal);
        await Clock.SecondsAsync(3);
        await tandem.CliAsync("calls", "record", id, "--resume");
        await Clock.SecondsAsync(2.5);
        await tandem.CliAsync("calls", "record", id, "--stop");
        await phone.HangUpAsync();
        Row call = await Appliance.EndedAsync(tandem, "1001", "9999", "completed");

        Sound recorded = await Sound.LoadAsync(await PathAsync(tandem, call));
        short[] samples = recorded.Samples;
        int longest = 0, quiet = 0;
        foreach (short sample in samples) longest = Math.Max(longest, quiet = sample == 0 ? quiet + 1 : 0);
        Assert.InRange(longest / 8000.0, 2.8, 5);
        Assert.True(samples.AsSpan(8000, 4000).ContainsAnyExceptInRange((short)-500, (short)500), "nothing before the pause");
        Assert.True(samples.AsSpan(samples.Length - 8000).ContainsAnyExceptInRange((short)-500, (short)500), "nothing after the pause");
    });

    [Fact]
    public Task After_a_kill_the_file_can_be_played_and_its_call_names_it() => OnAsync(s_all, async tandem =>
    {
        await using BaresipPhone phone = await BaresipPhone.StartAsync(tandem.Phone("1001") with { Says = await Speech.TestSignalAsync("en-us") });
        await phone.CallAsync(phone.Number("9999"));
        await Clock.SecondsAsync(6);
        await tandem.KillAsync();
        await tandem.StartAsync();
        Row call = await Appliance.EndedAsync(tandem, "1001", "9999", "failed");
        (Sound left, Sound right) = await ChannelsAsync(await PathAsync(tandem, call));
        Assert.InRange(left.Duration.TotalSeconds, 3, 7);
        Assert.True(left.Samples.AsSpan().ContainsAnyExceptInRange((short)-500, (short)500) && right.Samples.AsSpan().ContainsAnyExceptInRange((short)-500, (short)500));
    });

    [Fact]
    public async Task A_full_disk_ends_the_recording_with_a_mark_and_the_call_goes_on()
    {
        string disk = Directory.CreateTempSubdirectory("tandem-disk-").FullName;
        await ChildProcess.RunAsync("mount", ["-t", "tmpfs", "-o", "size=128k,mode=700", "tmpfs", disk]);
        try
        {
            await OnAsync([.. s_all, $"recording.folder={disk}", "ivr.first_digit_ms=20000"], async tandem =>
            {
                await using BaresipPhone phone = await BaresipPhone.StartAsync(tandem.Phone("1001"));
                await phone.CallAsync(phone.Number("9999"));
                await Clock.UntilAsync(() => Task.FromResult(tandem.Log.Contains("is not whole: No space left on device", StringComparison.Ordinal)), 15, () => "no mark in the log");
                Assert.Equal(1, (await tandem.StatusAsync()).GetProperty("recording_problems").GetInt64());
                Assert.False(phone.Reported("CALL_CLOSED"));
                await Clock.SecondsAsync(1);
                await phone.HangUpAsync();
                Row call = await Appliance.EndedAsync(tandem, "1001", "9999", "completed");
                Assert.Contains(call["call_id"]!, tandem.Log.Split('\n').Single(line => line.Contains("is not whole", StringComparison.Ordinal)), StringComparison.Ordinal);
                (Sound left, _) = await ChannelsAsync(Path.Combine(disk, call["recording_url"]!));
                Assert.InRange(left.Duration.TotalSeconds, 1, 4.5);
            });
        }
        finally
        {
            await ChildProcess.RunAsync("umount", [disk]);
            Directory.Delete(disk);
        }
    }

    private static async Task OnAsync(IReadOnlyList<string> settings, Func<TandemProcess, Task> test)
    {
        await using TandemProcess tandem = await TandemProcess.StartAsync(new TandemSetup { Settings = settings });
        await Appliance.RunAsync(tandem, () => test(tandem));
    }

    /// <summary>The file of an ended call, once it is closed.</summary>
    private static async Task<string> PathAsync(TandemProcess tandem, Row call)
    {
        Assert.NotNull(call["recording_url"]);
        string path = Path.Combine(tandem.DataFolder, "recordings", call["recording_url"]!);
        await Clock.UntilAsync(async () => (await tandem.StatusAsync()).GetProperty("recordings").GetInt32() == 0, 5, () => "the recording does not end");
        return path;
    }

    private static async Task<IReadOnlyList<Row>> LegsAsync(TandemProcess tandem, Row call, int count)
    {
        IReadOnlyList<Row> legs = [];
        await Clock.UntilAsync(async () => (legs = await tandem.Database.QueryAsync($"SELECT * FROM call_legs WHERE call_id = '{call["call_id"]}'")).Count == count,
            5, () => $"{legs.Count} legs of {count}");
        return legs;
    }

    /// <summary>By sox, which shares no code with the product.</summary>
    private static async Task<(Sound Left, Sound Right)> ChannelsAsync(string path)
    {
        Sound[] channels = new Sound[2];
        for (int channel = 0; channel < 2; channel++)
        {
            string mono = Path.Combine(Path.GetTempPath(), $"tandem-{Guid.NewGuid():N}.wav");
            try
            {
                await ChildProcess.RunAsync("sox", [path, mono, "remix", $"{channel + 1}"]);
                channels[channel] = await Sound.LoadAsync(mono);
            }
            finally
            {
                File.Delete(mono);
            }
        }
        return (channels[0], channels[1]);
    }

    private static void AssertHolds(Sound wanted, Sound recording, int voiced)
    {
        AudioMatch match = AudioMatch.Find(wanted, recording);
        Assert.True(match.Passes && match.Voiced >= voiced, match.ToString());
    }
}
