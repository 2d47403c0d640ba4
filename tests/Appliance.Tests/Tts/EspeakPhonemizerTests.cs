using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Tts;
using Tandem.Tts.Phonemes;
using Xunit;

namespace Appliance.Tests.Tts;

public sealed class EspeakPhonemizerTests : IDisposable
{
    private const string Hello = "həlˈoʊ wˈɜːld";

    // The product's limit is 200 ms; a host that runs many tests at once gets more.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly string _folder = Directory.CreateTempSubdirectory("tandem-espeak-").FullName;
    private readonly EspeakPhonemizer _espeak = new("en-us", Patience, NullLogger.Instance);

    public void Dispose()
    {
        _espeak.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static readonly string[] Hostile =
    [
        "", " ", "\n", "\n\n\n", "\0", "a\nb\nc", "a\r\nb\u0085c\u2028d", "Dr. Smith; Mr. Jones, etc. e.g. No. 5", "one; two; three: four. five! six?", "...", "?!?!", "- -",
        "[[h@'loU]]", "[[", "]]", "<speak>hi</speak>", "<say-as>", "&amp;&lt;", "-v de", "--stdout", "\u0001\u0002\u001b[31m", "\ud800", "\udc00x", "\uFFFE", "😀😀😀", "日本語 한글 русский",
        "\u202Eevil\u202C", "a\u0300\u0301\u0302\u0303", "1234 5678", "4711 9038", "%s%n%x", "'; drop", "\"quoted\"", "\\n\\0", "e\u0301 café naïve",
        string.Join(' ', Enumerable.Repeat("word", 900)), new string('x', 4096), string.Concat(Enumerable.Repeat("é", 2048)), string.Concat(Enumerable.Repeat("😀", 1024)),
        string.Concat(Enumerable.Repeat("a; ", 1400)), string.Concat(Enumerable.Repeat("[[ ", 1400)), new string('.', 4096), new string(' ', 4096), new string('9', 4096),
    ];

    [Fact]
    public void Every_answer_belongs_to_its_question_whatever_was_asked_before()
    {
        foreach (string hostile in Hostile)
        {
            string first = _espeak.Phonemize(hostile);
            Assert.Equal(Hello, _espeak.Phonemize("Hello world"));
            Assert.Equal(first, _espeak.Phonemize(hostile));
            Assert.DoesNotContain(first, char.IsControl);
        }
        Assert.Equal(0, _espeak.Restarts);
    }

    [Theory]
    [InlineData("")]
    [InlineData("...")]
    [InlineData("\0\0")]
    [InlineData("[[]]")]
    public void What_has_no_sound_gives_no_phonemes(string text) => Assert.Empty(_espeak.Phonemize(text));

    [Fact]
    public void Phoneme_names_in_the_text_are_read_as_text()
    {
        Assert.NotEqual(_espeak.Phonemize("hello"), _espeak.Phonemize("[[h@'loU]]"));
        Assert.Equal(_espeak.Phonemize("h loU"), _espeak.Phonemize("[[h loU]]"));
    }

    [Fact]
    public void A_long_clause_is_answered_whole()
    {
        string answer = _espeak.Phonemize(string.Join(' ', Enumerable.Repeat("word", 900)));
        Assert.Equal(900, answer.Split(' ').Length);
        Assert.Single(answer.Split(' ').Distinct());
    }

    [Fact]
    public void The_name_of_a_foreign_language_is_no_phoneme()
    {
        using var french = new EspeakPhonemizer("fr", Patience, NullLogger.Instance);
        Assert.DoesNotContain('(', french.Phonemize("bonjour world"));
    }

    [Fact]
    public async Task Threads_that_ask_at_once_each_get_their_own_answer()
    {
        string[] words = ["one", "two", "three", "four", "five", "six", "seven", "eight", "Dr. Smith; a; b", "nine\nten"];
        Dictionary<string, string> expected = words.ToDictionary(w => w, _espeak.Phonemize);
        var wrong = new ConcurrentBag<string>();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(() =>
        {
            for (int i = 0; i < 40; i++)
            {
                string word = words[(thread + i) % words.Length];
                if (_espeak.Phonemize(word) != expected[word]) wrong.Add(word);
            }
        }, TestContext.Current.CancellationToken)));
        Assert.Empty(wrong);
    }

    [Fact]
    public void A_missing_program_is_told_with_what_to_install()
    {
        using var missing = new EspeakPhonemizer("en-us", Patience, NullLogger.Instance, Path.Combine(_folder, "no-such-program"));
        SpeechException failure = Assert.Throws<SpeechException>(() => missing.Phonemize("hello"));
        Assert.Equal(SpeechFailure.Unavailable, failure.Failure);
        Assert.Contains("install the Debian package espeak-ng", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_language_is_told()
    {
        using var unknown = new EspeakPhonemizer("xx-klingon", Patience, NullLogger.Instance);
        Assert.Contains("xx-klingon", Assert.Throws<SpeechException>(() => unknown.Phonemize("hello")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_child_that_is_late_is_killed_and_the_question_asked_again()
    {
        // Echoes its lines; hangs on the first "slow" of its life, which leaves a mark behind.
        using EspeakPhonemizer espeak = Script($"*slow*) if [ ! -e {_folder}/hung ]; then touch {_folder}/hung; exec sleep 60; fi; echo \"$line\";;", TimeSpan.FromMilliseconds(50));
        Assert.Equal("hello", espeak.Phonemize("hello"));
        Assert.Equal("slow", espeak.Phonemize("slow"));
        Assert.InRange(espeak.Restarts, 1, 5);
        Assert.Equal("hello", espeak.Phonemize("hello"));
    }

    [Fact]
    public void A_child_that_dies_is_replaced_and_a_question_that_kills_it_twice_is_given_up()
    {
        using EspeakPhonemizer espeak = Script("*die*) exit 1;;", Patience);
        Assert.Equal("hello", espeak.Phonemize("hello"));
        Assert.Equal(SpeechFailure.Unavailable, Assert.Throws<SpeechException>(() => espeak.Phonemize("die")).Failure);
        Assert.Equal(2, espeak.Restarts);
        Assert.Equal("hello", espeak.Phonemize("hello"));
    }

    private EspeakPhonemizer Script(string branch, TimeSpan limit)
    {
        string program = Path.Combine(_folder, "fake-espeak");
        File.WriteAllText(program, $"#!/bin/sh\nwhile read -r line; do case \"$line\" in {branch} *) echo \"$line\";; esac; done\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return new EspeakPhonemizer("en-us", limit, NullLogger.Instance, program);
    }
}
