using Xunit;

namespace Interop.Audio;

public sealed class FollowedMatchTests
{
    private static readonly TimeSpan s_from = TimeSpan.FromSeconds(7.3), s_length = TimeSpan.FromSeconds(4.2);

    [Fact]
    public async Task A_period_left_out_is_followed_and_told()
    {
        Sound said = await Speech.TestSignalAsync("en-us"), heard = said.Slice(s_from, s_length);
        Sound shorter = new([.. heard.Samples[..13_000], .. heard.Samples[13_064..]]);
        FollowedMatch match = FollowedMatch.Find(shorter, said);
        Assert.True(match.Lowest > 0.93 && match.Gaps == 0, match.ToString());    // the block in which it happens fits neither way
        Assert.Equal(8, Assert.Single(match.ChangesMs), 0.5);
    }

    [Fact]
    public async Task What_was_said_is_heard_without_a_change()
    {
        Sound said = await Speech.TestSignalAsync("en-us");
        FollowedMatch match = FollowedMatch.Find(said.Slice(s_from, s_length), said);
        Assert.True(match.Lowest > 0.99 && match.Gaps == 0 && match.ChangesMs.Count == 0, match.ToString());
    }

    [Theory]
    [InlineData(9_000)]
    [InlineData(21_500)]
    public async Task A_hole_is_told(int at)
    {
        Sound said = await Speech.TestSignalAsync("en-us"), heard = said.Slice(s_from, s_length);
        int loudest = Enumerable.Range(0, 20).Select(i => at + i * 320).MaxBy(start => heard.Samples.AsSpan(start, 800).ToArray().Sum(sample => Math.Abs((int)sample)));
        heard.Samples.AsSpan(loudest, 800).Clear();
        FollowedMatch match = FollowedMatch.Find(heard, said);
        Assert.True(match.Gaps > 0, match.ToString());
    }

    [Fact]
    public async Task A_second_of_something_else_fails()
    {
        Sound said = await Speech.TestSignalAsync("en-us"), heard = said.Slice(s_from, s_length), other = said.Slice(s_from * 3, TimeSpan.FromSeconds(1));
        other.Samples.CopyTo(heard.Samples.AsSpan(16_000));
        FollowedMatch match = FollowedMatch.Find(heard, said);
        Assert.True(match.Lowest < 0.6, match.ToString());
    }
}
