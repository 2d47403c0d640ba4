using Tandem.Media;
using Xunit;
using static Appliance.Tests.Media.TestLeg;

namespace Appliance.Tests.Media;

public class PlayoutTests
{
    [Fact]
    public void A_prompt_is_sent_from_the_moment_it_is_asked_for_one_packet_each_20_ms_with_the_marker_on_the_first()
    {
        TestLeg leg = Configured();
        Prompt prompt = Tone(480);
        leg.Machine.Play(prompt, 7, loop: false, Ms(1003));
        leg.RunUntil(Ms(1500));

        Assert.Equal([1003.0, 1023, 1043], leg.Rtp.Select(p => p.At.TotalMilliseconds));
        Assert.Equal([true, false, false], leg.Rtp.Select(p => p.Marker));
        Assert.Equal([65530, 65531, 65532], leg.Rtp.Select(p => (int)p.SequenceNumber));
        Assert.Equal([FirstTimestamp + 1003 * 8, FirstTimestamp + 1023 * 8, FirstTimestamp + 1043 * 8], leg.Rtp.Select(p => p.Timestamp));
        Assert.All(leg.Rtp, p => Assert.Equal((0, Ssrc, Phone), (p.PayloadType, p.Ssrc, p.Target)));
        Assert.Equal(prompt.For(AudioCodec.Pcmu).Octets.ToArray(), leg.Rtp.SelectMany(p => p.Payload));
    }

    [Fact]
    public void The_end_is_reported_when_the_last_packet_has_had_its_time()
    {
        TestLeg leg = Configured();
        leg.Machine.Play(Tone(320), 7, loop: false, Ms(0));
        leg.RunUntil(Ms(39));
        Assert.Empty(leg.Events);
        leg.RunUntil(Ms(40));
        Assert.Equal([new PlayoutEnded(leg.Handle, 7, true)], leg.Events);
    }

    [Fact]
    public void Entries_of_the_list_join_at_the_sample_and_the_end_is_filled_up_with_silence()
    {
        TestLeg leg = Configured(AudioCodec.Pcma);
        Prompt first = Tone(170, seed: 1), second = Tone(100, seed: 2);
        leg.Machine.Play(first, 1, loop: false, Ms(0));
        leg.Machine.Play(second, 2, loop: false, Ms(0));
        leg.RunUntil(Ms(1000));

        byte[] expected = [.. first.For(AudioCodec.Pcma).Octets, .. second.For(AudioCodec.Pcma).Octets, .. Enumerable.Repeat((byte)0xD5, 50)];
        Assert.Equal(expected, leg.Rtp.SelectMany(p => p.Payload));
        Assert.Equal([(1, true), (2, true)], Ends(leg));
    }

    [Fact]
    public void A_looped_entry_starts_over_without_a_gap_until_it_is_stopped_and_stopping_silences_at_once()
    {
        TestLeg leg = Configured();
        Prompt ring = Tone(200);
        leg.Machine.Play(ring, 1, loop: true, Ms(0));
        leg.RunUntil(Ms(999));
        Assert.Equal(50, leg.Rtp.Count);
        byte[] octets = ring.For(AudioCodec.Pcmu).Octets.ToArray();
        Assert.Equal(Enumerable.Range(0, 8000).Select(i => octets[i % 200]), leg.Rtp.SelectMany(p => p.Payload));

        leg.Machine.StopPlayout();
        leg.RunUntil(Ms(2000));
        Assert.Equal(50, leg.Rtp.Count);
        Assert.Equal([(1, false)], Ends(leg));
    }

    [Fact]
    public void A_looped_entry_gives_way_at_its_end_to_one_that_waits_behind_it()
    {
        TestLeg leg = Configured();
        Prompt silence = new(new short[160], "silence"), words = Tone(160);
        leg.Machine.Play(silence, 1, loop: true, Ms(0));
        leg.RunUntil(Ms(45));
        leg.Machine.Play(words, 2, loop: false, Ms(45));
        leg.RunUntil(Ms(200));

        Assert.Equal([0.0, 20, 40, 60, 80], leg.Rtp.Select(p => p.At.TotalMilliseconds));
        Assert.Equal(words.For(AudioCodec.Pcmu).Octets.ToArray(), leg.Rtp[4].Payload);
        Assert.Equal([(1, true), (2, true)], Ends(leg));
    }

    [Fact]
    public void Stopping_reports_every_entry_and_the_next_prompt_plays_in_the_same_rhythm()
    {
        TestLeg leg = Configured();
        for (int i = 1; i <= 3; i++) leg.Machine.Play(Tone(1600), i, loop: false, Ms(0));
        leg.RunUntil(Ms(50));
        leg.Machine.StopPlayout();
        Assert.Equal([(1, false), (2, false), (3, false)], Ends(leg));
        leg.Machine.Play(Tone(160), 4, loop: false, Ms(51));
        leg.RunUntil(Ms(200));
        Assert.Equal([0.0, 20, 40, 60], leg.Rtp.Select(p => p.At.TotalMilliseconds));
        Assert.Equal((4, true), Ends(leg)[^1]);
    }

    [Fact]
    public void After_silence_the_timestamp_has_moved_on_by_the_wall_clock_and_the_sequence_by_one()
    {
        TestLeg leg = Configured();
        leg.Machine.Play(Tone(160), 1, loop: false, Ms(0));
        leg.RunUntil(Ms(5000));
        leg.Machine.Play(Tone(160), 2, loop: false, Ms(5000));
        leg.RunUntil(Ms(6000));
        SentPacket before = leg.Rtp[0], after = leg.Rtp[1];
        Assert.Equal((uint)(5000 * 8), after.Timestamp - before.Timestamp);
        Assert.Equal(1, Step(before, after));
        Assert.True(after.Marker);
    }

    [Fact]
    public void A_prompt_that_follows_within_a_packets_time_never_reuses_timestamps()
    {
        TestLeg leg = Configured();
        leg.Machine.Play(Tone(160), 1, loop: false, Ms(0));
        leg.RunUntil(Ms(0));
        leg.Machine.StopPlayout();
        leg.RunUntil(Ms(20));
        leg.Machine.Play(Tone(160), 2, loop: false, Ms(21));
        leg.RunUntil(Ms(100));
        Assert.True(leg.Rtp[1].Timestamp - leg.Rtp[0].Timestamp >= 160);
    }

    [Fact]
    public void A_loop_that_comes_late_sends_what_is_due_and_is_on_time_again()
    {
        TestLeg leg = Configured();
        leg.Machine.Play(Tone(1600), 1, loop: false, Ms(0));
        leg.RunUntil(Ms(20));
        leg.RunAt(Ms(95));    // 40, 60 and 80 were due
        Assert.Equal(5, leg.Rtp.Count);
        leg.RunUntil(Ms(120));
        Assert.Equal([100.0, 120], leg.Rtp.Skip(5).Select(p => p.At.TotalMilliseconds));
        Assert.All(leg.Rtp.Zip(leg.Rtp.Skip(1)), pair => Assert.Equal(160u, pair.Second.Timestamp - pair.First.Timestamp));
    }

    [Fact]
    public void After_a_standstill_of_the_machine_there_is_no_burst_but_a_new_talkspurt()
    {
        TestLeg leg = Configured();
        leg.Machine.Play(Tone(16000), 1, loop: false, Ms(0));
        leg.RunUntil(Ms(20));
        leg.RunAt(Ms(1020));
        Assert.Equal(3, leg.Rtp.Count);
        Assert.True(leg.Rtp[2].Marker);
        Assert.Equal(FirstTimestamp + 1020 * 8, leg.Rtp[2].Timestamp);
    }

    [Fact]
    public void Play_before_the_first_exchange_waits_for_it()
    {
        TestLeg leg = new();
        leg.Machine.Play(Tone(160), 1, loop: false, Ms(0));
        leg.RunUntil(Ms(100));
        Assert.Empty(leg.Rtp);
        leg.Machine.Configure(Settings(), Ms(100));
        leg.RunUntil(Ms(200));
        Assert.Equal([100.0], leg.Rtp.Select(p => p.At.TotalMilliseconds));
    }

    [Fact]
    public void On_hold_time_passes_unheard_and_the_prompt_still_ends()
    {
        TestLeg leg = Configured();
        leg.Machine.Play(Tone(8000), 1, loop: false, Ms(0));
        leg.RunUntil(Ms(199));
        leg.Machine.Configure(Settings(send: false), Ms(200));
        leg.RunUntil(Ms(499));
        Assert.Equal(10, leg.Rtp.Count);
        leg.Machine.Configure(Settings(), Ms(500));
        leg.RunUntil(Ms(2000));
        Assert.Equal(35, leg.Rtp.Count);
        Assert.True(leg.Rtp[10].Marker);
        Assert.Equal(FirstTimestamp + 500 * 8, leg.Rtp[10].Timestamp);
        Assert.Equal([(1, true)], Ends(leg));
    }

    [Fact]
    public void A_listener_that_only_receives_hears_the_prompt()
    {
        TestLeg leg = new();
        leg.Machine.Configure(Settings(send: true, receive: false), Ms(0));
        leg.Machine.Play(Tone(320), 1, loop: false, Ms(0));
        leg.RunUntil(Ms(100));
        Assert.Equal(2, leg.Rtp.Count);
    }

    [Fact]
    public void Another_codec_takes_over_in_the_middle_of_a_prompt()
    {
        TestLeg leg = Configured();
        Prompt prompt = Tone(640);
        leg.Machine.Play(prompt, 1, loop: false, Ms(0));
        leg.RunUntil(Ms(20));
        leg.Machine.Configure(Settings(AudioCodec.Pcma), Ms(25));
        leg.RunUntil(Ms(100));
        Assert.Equal([0, 0, 8, 8], leg.Rtp.Select(p => (int)p.PayloadType));
        Assert.Equal(prompt.For(AudioCodec.Pcma).Octets[320..].ToArray(), leg.Rtp.Skip(2).SelectMany(p => p.Payload));
    }

    [Theory]
    [InlineData(AudioCodec.G722)]
    [InlineData(AudioCodec.L16)]
    [InlineData(AudioCodec.L16Wide)]
    [InlineData(AudioCodec.Opus)]
    public void A_prompt_in_any_codec_is_one_stream_of_ready_frames_that_sounds_like_the_prompt(AudioCodec codec)
    {
        TestLeg leg = new();
        leg.Machine.Configure(Transcoding.TranscodeRig.Speaks(codec), Ms(0));
        var pcm = new short[8000];
        Transcoding.TestSpeech.Fill(pcm, 8000, 0);
        // The coder of G.722 starts anew with each prompt: two must meet in silence, as sentences do.
        int length = codec == AudioCodec.G722 ? 8000 : 4000;
        for (int part = 0; part < 8000; part += length) leg.Machine.Play(new Prompt(pcm[part..(part + length)], "part"), part, loop: false, Ms(0));
        leg.RunUntil(Ms(2000));
        Assert.Equal(50, leg.Rtp.Count);
        Assert.All(leg.Rtp.Zip(leg.Rtp.Skip(1)), pair => Assert.Equal((uint)codec.ClockRateHz() / 50, pair.Second.Timestamp - pair.First.Timestamp));
        Assert.Equal([0], leg.Rtp.Select((p, i) => p.Marker ? i : -1).Where(i => i >= 0));
        using var ear = new FrameDecoder(codec, 8000);
        List<short> heard = [];
        var piece = new short[ear.RateHz / 5];
        foreach (SentPacket packet in leg.Rtp) heard.AddRange(piece[..ear.Decode(packet.Payload, piece)]);
        Transcoding.Comparison match = Transcoding.Comparison.Of([.. heard], ear.RateHz, 0.1, 0.95);
        Assert.True(match.Correlation > (codec == AudioCodec.Opus ? 0.9 : 0.98) && match.LargestStep < 1.5 && Math.Abs(match.LevelDb) < 1, match.ToString());
        Assert.All(Ends(leg), end => Assert.True(end.Item2));
    }

    [Fact]
    public void An_Opus_prompt_pads_its_last_frame_and_the_next_prompt_starts_with_a_frame()
    {
        TestLeg leg = new();
        leg.Machine.Configure(Transcoding.TranscodeRig.Speaks(AudioCodec.Opus) with { PtimeMs = 60 }, Ms(0));
        leg.Machine.Play(Tone(170), 1, loop: false, Ms(0));
        leg.Machine.Play(Tone(0), 2, loop: false, Ms(0));
        leg.Machine.Play(Tone(160), 3, loop: false, Ms(0));
        leg.RunUntil(Ms(1000));
        Assert.Equal([0.0, 20, 40], leg.Rtp.Select(p => p.At.TotalMilliseconds));
        Assert.Equal([(1, true), (2, true), (3, true)], Ends(leg));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(30)]
    [InlineData(60)]
    public void Packets_hold_what_the_peer_asked_for(int ptime)
    {
        TestLeg leg = new();
        leg.Machine.Configure(Settings(ptime: ptime), Ms(0));
        leg.Machine.Play(Tone(8 * ptime * 3), 1, loop: false, Ms(0));
        leg.RunUntil(Ms(500));
        Assert.Equal([0.0, ptime, 2 * ptime], leg.Rtp.Select(p => p.At.TotalMilliseconds));
        Assert.All(leg.Rtp, p => Assert.Equal(8 * ptime, p.Payload.Length));
    }

    [Fact]
    public void An_empty_prompt_ends_at_once_even_looped()
    {
        TestLeg leg = Configured();
        leg.Machine.Play(Tone(0), 1, loop: true, Ms(0));
        leg.Machine.Play(Tone(0), 2, loop: false, Ms(0));
        leg.RunUntil(Ms(0));
        Assert.Equal([(1, true), (2, true)], Ends(leg));
        Assert.Empty(leg.Rtp);
    }

    [Fact]
    public void Nothing_is_sent_where_no_address_is_known()
    {
        TestLeg leg = new();
        leg.Machine.Configure(Settings(remote: new System.Net.IPEndPoint(System.Net.IPAddress.Any, 4000)), Ms(0));
        leg.Machine.Play(Tone(320), 1, loop: false, Ms(0));
        leg.RunUntil(TimeSpan.FromSeconds(20));
        Assert.Empty(leg.Sent);
        Assert.Equal([(1, true)], Ends(leg));
    }

    private static TestLeg Configured(AudioCodec codec = AudioCodec.Pcmu)
    {
        TestLeg leg = new();
        leg.Machine.Configure(Settings(codec), Ms(0));
        return leg;
    }

    private static List<(int, bool)> Ends(TestLeg leg) => [.. leg.Events.OfType<PlayoutEnded>().Select(e => (e.PlayoutId, e.Completed))];
}
