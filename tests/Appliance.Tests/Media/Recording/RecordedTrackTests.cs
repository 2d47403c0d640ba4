using Tandem.Media.Recording;
using Xunit;

namespace Appliance.Tests.Media.Recording;

/// <summary>Where frames land on the time line of a recording.</summary>
public class RecordedTrackTests
{
    private const int Frame = 160;

    private readonly RecordedTrack _track = new();
    private readonly List<short> _taken = [];

    [Fact]
    public void A_stream_begins_where_it_arrives_and_goes_on_by_its_timestamps_through_jitter_and_reordering()
    {
        int[] order = [0, 1, 3, 2, 4, 6, 7, 5, 8];
        int[] lateness = [0, 90, 400, 300, 10, 700, 100, 500, 0];
        for (int i = 0; i < order.Length; i++) Put(7, 5000u + (uint)(order[i] * Frame), 1000 + 8 * Frame + lateness[i] / 10 + (order[i] - 8) * Frame, Marked(order[i]));
        Assert.Equal([.. new short[1000], .. Enumerable.Range(0, 9).SelectMany(Marked)], TakeUntil(1000 + 9 * Frame));
    }

    [Fact]
    public void What_was_lost_is_silence_of_the_same_length()
    {
        foreach (int i in (int[])[0, 1, 5, 6]) Put(7, (uint)(i * Frame), i * Frame, Marked(i));
        Assert.Equal([.. Marked(0), .. Marked(1), .. new short[3 * Frame], .. Marked(5), .. Marked(6)], TakeUntil(7 * Frame));
    }

    [Fact]
    public void Timestamps_wrap()
    {
        for (int i = 0; i < 4; i++) Put(7, unchecked(uint.MaxValue - Frame - 20 + (uint)(i * Frame)), i * Frame, Marked(i));
        Assert.Equal([.. Enumerable.Range(0, 4).SelectMany(Marked)], TakeUntil(4 * Frame));
    }

    [Fact]
    public void Another_source_another_clock_and_a_jump_of_the_timestamps_begin_anew_at_their_arrival()
    {
        Put(7, 0, 0, Marked(1));
        Put(8, 900_000, 400, Marked(2));                     // a prompt ended, another source
        Put(8, 900_480 + 480, 800, Marked(3), 48_000);       // another codec
        Put(8, 900_960 + 960, 960, Marked(4), 48_000);
        Put(8, 10, 1400, Marked(5), 48_000);                 // the sender started anew
        Put(8, 10 + 6 * 50_000, 1800, Marked(6), 48_000);    // far in the future
        Assert.Equal(
            [.. Marked(1), .. new short[240], .. Marked(2), .. new short[240], .. Marked(3), .. Marked(4), .. new short[280], .. Marked(5),
                .. new short[240], .. Marked(6)],
            TakeUntil(1800 + Frame));
    }

    [Fact]
    public void A_frame_that_comes_after_its_place_was_written_changes_nothing()
    {
        Put(7, 0, 0, Marked(1));
        Assert.Equal(Marked(1), TakeUntil(Frame));
        TakeUntil(3 * Frame);
        Put(7, Frame, 3 * Frame, Marked(2));
        Put(7, 2 * Frame + 80, 3 * Frame + 10, Marked(3));
        Assert.Equal([.. Marked(3)[80..], .. new short[80]], TakeUntil(4 * Frame)[(3 * Frame)..]);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(-200)]
    public void An_hour_of_a_clock_that_is_wrong_stays_within_50_ms_and_never_breaks_a_word(int ppm)
    {
        double worst = 0;
        long broken = 0;
        for (int i = 0; i < 180_000; i++)
        {
            long arrival = (long)(i * Frame * (1 + ppm / 1e6));
            bool pause = i % 250 < 25;    // half a second of silence every five
            Take(arrival - RecordedTrack.HoldSamples);
            _track.Put(7, (uint)(i * Frame), 8000, arrival, pause ? new short[Frame] : Numbered(i));
        }

        void Take(long until)
        {
            var pcm = new short[Frame];
            for (long at = _track.Taken; at < until; at += Frame)
            {
                _track.Take(at + Frame, pcm);
                for (int k = 0; k < Frame; k++)
                {
                    if (pcm[k] < 1000) continue;
                    int sent = (pcm[k] - 1000) * Frame % (30_000 * Frame);    // the number of the frame it came in, modulo 30000
                    double late = (at + k) / (1 + ppm / 1e6) % (30_000L * Frame) - sent;
                    if (late < 30_000L * Frame - 5000 && late > -5000) worst = Math.Max(worst, Math.Max(late - Frame, -late));
                    if (k > 0 && pcm[k - 1] < 1000 && (pcm[k] - 1000) % 250 != 25) broken++;
                }
            }
        }

        Assert.InRange(worst / 8, 0, 50);
        Assert.Equal(0, broken);
    }

    [Fact]
    public void A_first_frame_that_was_late_does_not_delay_the_rest_for_good()
    {
        Put(7, 0, 1200, Marked(0));    // 150 ms after its time
        for (int i = 1; i < 200; i++)
        {
            TakeUntil(i * Frame - RecordedTrack.HoldSamples);
            Put(7, (uint)(i * Frame), i * Frame, Numbered(i));
        }
        short[] all = TakeUntil(200 * Frame);
        Assert.Equal(Numbered(199), all[^Frame..]);
    }

    [Fact]
    public void Taking_more_than_there_is_gives_silence_and_any_piece_size_gives_the_same()
    {
        for (int i = 0; i < 20; i++) Put(7, (uint)(i * Frame), i * Frame, Marked(i));
        foreach (int until in (int[])[1, 700, 701, 3000, 50_000]) TakeUntil(until);
        Assert.Equal([.. Enumerable.Range(0, 20).SelectMany(Marked), .. new short[50_000 - 20 * Frame]], _taken);
    }

    private static short[] Marked(int frame) => [.. Enumerable.Range(0, Frame).Select(k => (short)(1 + frame * 1000 + k))];

    private static short[] Numbered(int frame)
    {
        var pcm = new short[Frame];
        Array.Fill(pcm, (short)(1000 + frame % 30_000));
        return pcm;
    }

    private void Put(uint ssrc, uint timestamp, long arrival, short[] pcm, int clock = 8000) => _track.Put(ssrc, timestamp, clock, arrival, pcm);

    /// <returns>Everything taken so far.</returns>
    private short[] TakeUntil(long until)
    {
        var pcm = new short[1000];
        for (int count; (count = _track.Take(until, pcm)) > 0;) _taken.AddRange(pcm[..count]);
        return [.. _taken];
    }
}
