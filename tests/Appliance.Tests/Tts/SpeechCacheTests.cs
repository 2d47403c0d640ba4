using Codecs.Wav;
using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Tts;
using Xunit;

namespace Appliance.Tests.Tts;

public sealed class SpeechCacheTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tandem-cache-").FullName;
    private readonly SettableTime _clock = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private SpeechCache Open(long limit = 1_000_000) => new(_folder, limit, _clock, NullLogger.Instance);

    private static string Key(string text) => SpeechKey.Of(text, "voice", 1);

    private static short[] Sound(int seed, int length = 1000) => [.. Enumerable.Range(0, length).Select(i => (short)(i % 1000 * 7 + seed))];

    [Fact]
    public void The_key_is_a_sha256_of_text_voice_and_speed()
    {
        string key = SpeechKey.Of("Hello.", "voice", 1);
        Assert.Matches("^[0-9a-f]{64}$", key);
        Assert.Equal(key, SpeechKey.Of("Hello.", "voice", 1.0));
        Assert.Equal(4, new[] { key, SpeechKey.Of("Hello!", "voice", 1), SpeechKey.Of("Hello.", "voice2", 1), SpeechKey.Of("Hello.", "voice", 1.1) }.Distinct().Count());
        Assert.NotEqual(SpeechKey.Of("b", "a\n1", 1), SpeechKey.Of("1\nb", "a", 1));
    }

    [Fact]
    public void What_is_kept_is_a_wav_file_that_survives_a_restart()
    {
        Assert.True(Open().Write(Key("a"), Sound(1), 16000));
        SpeechCache again = Open();
        (short[] pcm, int rate) = again.Read(Key("a"))!.Value;
        Assert.Equal(Sound(1), pcm);
        Assert.Equal(16000, rate);
        byte[] file = File.ReadAllBytes(Path.Combine(_folder, Key("a") + ".wav"));
        Assert.True(WavFile.TryRead(file, out WavInfo info));
        Assert.Equal((WavEncoding.Pcm, 16000, 1, 16, 1000), (info.Encoding, info.RateHz, info.Channels, info.BitsPerSample, info.Samples));
        Assert.Equal(file.Length - 8, BitConverter.ToInt32(file, 4));
        Assert.Null(again.Read(Key("b")));
    }

    [Fact]
    public void A_damaged_file_is_not_heard_and_makes_room_for_a_new_one()
    {
        SpeechCache cache = Open();
        cache.Write(Key("a"), Sound(1), 16000);
        string path = cache.PathOf(Key("a"));
        byte[] good = File.ReadAllBytes(path);
        foreach (byte[] bad in (byte[][])[[], good[..20], good[..^1], good[..1000], [.. good, 0], new byte[good.Length], Flipped(good, 3), Flipped(good, 25), Flipped(good, 700), Flipped(good, good.Length - 1)])
        {
            File.WriteAllBytes(path, bad);
            cache = Open();
            Assert.Null(cache.Read(Key("a")));
            Assert.False(File.Exists(path));
            Assert.Equal((0, 0L), (cache.Count, cache.Bytes));
            Assert.True(cache.Write(Key("a"), Sound(1), 16000));
            Assert.NotNull(cache.Read(Key("a")));
        }
    }

    [Fact]
    public void A_file_removed_from_outside_is_made_again()
    {
        SpeechCache cache = Open();
        cache.Write(Key("a"), Sound(1), 16000);
        File.Delete(cache.PathOf(Key("a")));
        Assert.Null(cache.Read(Key("a")));
        Assert.Equal(0, cache.Count);
    }

    [Fact]
    public void The_least_recently_used_go_first_and_the_order_survives_a_restart()
    {
        SpeechCache cache = Open();
        foreach (string text in (string[])["a", "b", "c"])
        {
            cache.Write(Key(text), Sound(0), 8000);
            _clock.Now += TimeSpan.FromHours(1);
            File.SetLastWriteTimeUtc(cache.PathOf(Key(text)), _clock.Now.UtcDateTime);
        }
        _clock.Now += TimeSpan.FromHours(1);
        Assert.NotNull(cache.Read(Key("a")));    // used again: now b is the oldest
        long each = cache.Bytes / 3;
        SpeechCache small = Open(3 * each);
        small.Write(Key("d"), Sound(0), 8000);
        Assert.Null(small.Read(Key("b")));
        Assert.NotNull(small.Read(Key("a")));
        Assert.NotNull(small.Read(Key("d")));
        Assert.InRange(small.Bytes, 1, 3 * each);
        Assert.Equal(small.Bytes, Directory.EnumerateFiles(_folder, "*.wav").Sum(f => new FileInfo(f).Length));
    }

    [Fact]
    public void A_folder_that_has_grown_too_large_is_cut_at_start_and_the_files_of_others_stay()
    {
        SpeechCache cache = Open();
        for (int i = 0; i < 10; i++) cache.Write(Key($"{i}"), Sound(i), 8000);
        File.WriteAllText(Path.Combine(_folder, "mine.wav"), "keep me");
        File.WriteAllText(Path.Combine(_folder, $"{Key("x")}.0.tmp"), "half of a file");
        SpeechCache small = Open(cache.Bytes / 2);
        Assert.InRange(small.Count, 1, 5);
        Assert.Equal(small.Count, small.Clear());
        Assert.Equal((0, 0L), (small.Count, small.Bytes));
        Assert.Equal([Path.Combine(_folder, "mine.wav")], Directory.GetFiles(_folder));
    }

    [Fact]
    public void A_disk_that_takes_nothing_is_told_to_the_caller()
    {
        SpeechCache cache = Open();
        Directory.CreateDirectory(cache.PathOf(Key("a")));    // in the way, for root too
        Assert.False(cache.Write(Key("a"), Sound(0), 8000));
        Assert.Equal(0, cache.Count);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task Writers_and_readers_at_once_never_see_half_a_file()
    {
        SpeechCache cache = Open();
        cache.Write(Key("a"), Sound(0, 20_000), 8000);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            for (int i = 0; i < 50; i++)
            {
                if (thread % 2 == 0) cache.Write(Key("a"), Sound(0, 20_000), 8000);
                else Assert.Equal(20_000, cache.Read(Key("a"))!.Value.Pcm.Length);
            }
        }, TestContext.Current.CancellationToken)));
        Assert.Equal(1, cache.Count);
    }

    private static byte[] Flipped(byte[] file, int at)
    {
        byte[] copy = [.. file];
        copy[at] ^= 0x40;
        return copy;
    }

    private sealed class SettableTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
        public override DateTimeOffset GetUtcNow() => Now;
    }
}
