using Interop.Audio;
using Interop.Peers;
using Xunit;

namespace Interop.EndToEnd;

/// <summary>Phones that speak something else than G.711: the menu is heard, and phones of different codecs hear each other and each other's keys.</summary>
public sealed class CodecTests(Appliance appliance) : IClassFixture<Appliance>
{
    /// <summary>
    /// Opus at 8 kHz is no waveform codec at this bitrate: noise-like sounds are made anew, and the worst second of a prompt correlates at
    /// 0.87 to 0.94 where another prompt stays below 0.41.
    /// </summary>
    private const double OpusThreshold = 0.8;

    [Theory]
    [InlineData("opus", OpusThreshold)]
    [InlineData("G722", AudioMatch.Threshold)]
    [InlineData("L16", AudioMatch.Threshold)]
    public Task A_caller_of_9999_hears_the_menus_words_and_no_others(string codec, double threshold) => appliance.RunAsync(async () =>
    {
        // Sentence by sentence: Opus joins them at its next frame, up to 20 ms later than sample by sample.
        string[] sentences = [.. TandemSetup.Welcome.Split(". ").Select(sentence => sentence.TrimEnd('.') + ".")];
        List<Sound> spoken = [];
        foreach (string sentence in sentences) spoken.Add(await appliance.ReferenceAsync(sentence));
        Sound other = await appliance.ReferenceAsync("Our office is closed today. Please call again tomorrow morning, or leave your name and number after the tone.");
        await using BaresipPhone phone = await BaresipPhone.StartAsync(appliance.Tandem.Phone("1003") with { Codec = codec });
        await appliance.Tandem.CliAsync("user", "set", "1003", "--codecs", "l16,opus,g722");

        await phone.CallAsync(phone.Number("9999"));
        await Clock.SecondsAsync(spoken.Sum(sentence => sentence.Duration.TotalSeconds) + 3);
        await phone.HangUpAsync();
        Row call = await appliance.EndedAsync("1003", "9999", "completed");

        Sound heard = await phone.HeardLastAsync();
        AudioMatch[] matches = [.. spoken.Select(sentence => AudioMatch.Find(sentence, heard))];
        AudioMatch match = matches.MinBy(one => one.Lowest)!, wrong = AudioMatch.Find(other, heard);
        Assert.True(matches.Sum(one => one.Voiced) >= 4 && match.Lowest >= threshold, string.Join(" | ", matches.Select(one => one.ToString())));
        Assert.True(wrong.Lowest < threshold - 0.2, wrong.ToString());
        Appliance.AssertGoodLeg(Assert.Single(await appliance.LegsAsync(call, 1)), codec);
        Figures.Write($"prompt in {codec}: lowest window {match.Lowest:F3}, a wrong prompt's {wrong.Lowest:F3} (best {wrong.Windows.Max(w => w.Score):F3})");
    });

    [Theory]
    [InlineData("opus", "PCMU", OpusThreshold)]
    [InlineData("PCMA", "opus", OpusThreshold)]
    [InlineData("G722", "PCMU", 0.9)]
    [InlineData("opus", "G722", OpusThreshold)]
    public Task Phones_of_different_codecs_hear_each_other_and_their_keys(string callers, string calleds, double threshold) => appliance.RunAsync(async () =>
    {
        Sound one = await Speech.TestSignalAsync("en-us"), two = await Speech.TestSignalAsync("en-gb-scotland");
        await using BaresipPhone called = await BaresipPhone.StartAsync(appliance.Tandem.Phone("1001") with { Says = one, Codec = calleds });
        await using BaresipPhone caller = await BaresipPhone.StartAsync(appliance.Tandem.Phone("1002") with { Says = two, Codec = callers });

        await caller.CallAsync(caller.Number("9999"));
        await Clock.SecondsAsync(1);
        await caller.PressAsync("1");
        await called.NextAsync("CALL_ESTABLISHED");
        await caller.PressAsync("5");
        Assert.Equal("5", (await called.NextAsync("CALL_DTMF_START")).Parameter);
        await Clock.SecondsAsync(5);
        await caller.HangUpAsync();
        await called.NextAsync("CALL_CLOSED");
        Row call = await appliance.EndedAsync("1002", "9999", "completed");
        Sound atCaller = await caller.HeardLastAsync(), atCalled = await called.HeardLastAsync();

        AssertHeard(atCaller, one, threshold, callers);
        AssertHeard(atCalled, two, threshold, calleds);
        IReadOnlyList<Row> legs = await appliance.LegsAsync(call, 2);
        Appliance.AssertGoodLeg(legs[0], callers);
        Appliance.AssertGoodLeg(legs[1], calleds);
    });

    /// <summary>baresip 1.0 takes the change but falls silent where its source and the codec before had different rates: what it hears is not compared.</summary>
    [Fact]
    public Task A_caller_who_also_speaks_what_the_called_phone_speaks_is_brought_to_it() => appliance.RunAsync(async () =>
    {
        await using BaresipPhone called = await BaresipPhone.StartAsync(appliance.Tandem.Phone("1001") with { Codec = "PCMU" });
        await using BaresipPhone caller = await BaresipPhone.StartAsync(appliance.Tandem.Phone("1002") with { Codec = "opus,PCMU" });

        await caller.CallAsync(caller.Number("9999"));
        await Clock.SecondsAsync(1);
        await caller.PressAsync("1");
        await called.NextAsync("CALL_ESTABLISHED");
        await Clock.SecondsAsync(4);
        await caller.HangUpAsync();
        await called.NextAsync("CALL_CLOSED");
        Row call = await appliance.EndedAsync("1002", "9999", "completed");

        IReadOnlyList<Row> legs = await appliance.LegsAsync(call, 2);
        Assert.Equal(("PCMU", "PCMU"), (legs[0]["codec"], legs[1]["codec"]));
        Assert.True(legs[0].Number("packets_sent") > 200, legs[0].ToString());
        Assert.Contains("a=rtpmap:0 PCMU/8000", caller.Log);
        Assert.DoesNotContain("opus", caller.Log[caller.Log.LastIndexOf("SIP/2.0 200 OK", caller.Log.LastIndexOf("CSeq: 1 INVITE", StringComparison.Ordinal), StringComparison.Ordinal)..]);
    });

    /// <summary>
    /// The last seconds heard are the ones said, one after the other and all of them. The jitter buffer may change its delay by a period of
    /// the voice, which is followed; nothing else is forgiven.
    /// </summary>
    private static void AssertHeard(Sound heard, Sound said, double threshold, string who)
    {
        FollowedMatch match = FollowedMatch.Find(heard.Last(TimeSpan.FromSeconds(4.2)), said);
        Assert.True(match.Scores.Count == 4 && match.Lowest >= threshold && match.Gaps == 0, $"{who}: {match}");
        Assert.All(match.ChangesMs, change => Assert.InRange(Math.Abs(change), 0, 25));    // periods of a voice down to 40 Hz
        Figures.Write($"bridged, heard by {who}: {match}");
    }
}
