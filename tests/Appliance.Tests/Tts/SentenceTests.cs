using Tandem.Tts;
using Tandem.Tts.Phonemes;
using Tandem.Tts.Text;
using Xunit;

namespace Appliance.Tests.Tts;

public sealed class SentenceTests
{
    [Fact]
    public void Clauses_end_at_a_mark_that_white_space_or_the_end_follows()
    {
        Assert.Equal([new Clause("Yes", ','), new Clause("3.5", ';'), new Clause("a:b", ':'), new Clause("end", '.')], Clause.Split("Yes, 3.5; a:b: end."));
        Assert.Equal([new Clause("no mark", '\0')], Clause.Split("no mark"));
        Assert.Empty(Clause.Split(" , . ! "));
    }

    [Fact]
    public void Sentences_end_at_full_stop_exclamation_and_question_mark() =>
        Assert.Equal(["One, two; three.", "Four!", "Five?", "Six."], Sentences.Of("One, two; three. Four! Five? Six", english: true));

    [Fact]
    public void A_sentence_too_long_is_cut_at_a_clause_or_between_words()
    {
        string clauses = string.Concat(Enumerable.Repeat("a clause of some words, ", 40));
        Assert.All(Sentences.Of(clauses, english: true), s => Assert.InRange(s.Length, 1, Sentences.MaxLength + 1));
        string words = string.Join(' ', Enumerable.Repeat("word", 400));
        string[] cut = [.. Sentences.Of(words, english: true)];
        Assert.Equal(400, cut.Sum(s => s.Split(' ').Length));
        Assert.All(cut, s => Assert.InRange(s.Length, 1, Sentences.MaxLength + 1));
        Assert.Equal(1000, Sentences.Of(new string('x', 1000), english: true).Sum(s => s.Count(c => c == 'x')));
    }

    [Fact]
    public void Another_language_keeps_its_numbers() =>
        Assert.Equal(["Um 9:30 Uhr sind es 20 Grad.", "Gut!"], Sentences.Of("Um 9:30 Uhr sind  es 20 Grad. „Gut“!", english: false));

    [Fact]
    public void The_loudest_sample_becomes_full_range_and_near_silence_stays_quiet()
    {
        Assert.Equal([short.MaxValue, -16384, 0], SampleScaling.ToPcm16([0.5f, -0.25f, 0]));
        Assert.Equal([-short.MaxValue, 8192], SampleScaling.ToPcm16([-4f, 1f]));
        Assert.InRange(SampleScaling.ToPcm16([0.001f])[0], 3270, 3280);
        Assert.Equal([0, 0, short.MaxValue], SampleScaling.ToPcm16([float.NaN, float.PositiveInfinity, 1f]));
        Assert.Empty(SampleScaling.ToPcm16([]));
    }

    [Fact]
    public void Every_sentence_has_the_same_silence_around_it()
    {
        short[] tone = [.. Enumerable.Range(0, 16000).Select(i => (short)(10000 * Math.Sin(i * 0.2)))];
        short[] trimmed = SilenceTrim.Apply([.. new short[8000], .. tone, .. new short[16000]], 16000);
        Assert.InRange(trimmed.Length, 16000 + 320 + 3200 - 160, 16000 + 320 + 3200 + 160);
        Assert.True(trimmed.AsSpan(0, 320).IndexOfAnyExcept((short)0) < 0);
        Assert.True(trimmed.AsSpan(^3000..).IndexOfAnyExcept((short)0) < 0);
        Assert.Equal(trimmed.Length, SilenceTrim.Apply(trimmed, 16000).Length);
        Assert.Empty(SilenceTrim.Apply(new short[16000], 16000));
        Assert.Empty(SilenceTrim.Apply([], 16000));
    }
}
