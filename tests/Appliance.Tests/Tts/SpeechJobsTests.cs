using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Tts;
using Tandem.Tts.Voices;
using Xunit;

namespace Appliance.Tests.Tts;

public sealed class SpeechJobsTests : IDisposable
{
    private readonly SpeechThreads _threads = new(count: 1, capacity: 3, NullLogger.Instance);
    private readonly ManualResetEventSlim _gate = new();
    private readonly List<string> _made = [];
    private readonly SpeechJobs _jobs;

    public SpeechJobsTests() => _jobs = new SpeechJobs(_threads, _ => null, Make);

    public void Dispose()
    {
        _gate.Set();
        _threads.Dispose();
        _gate.Dispose();
    }

    private SpokenSentence Make(SpeechRequest request, bool keep)
    {
        _gate.Wait();
        lock (_made) _made.Add(request.Text);
        return request.Text == "bad" ? throw new SpeechException(SpeechFailure.Unavailable, "no") : new SpokenSentence(request.Key, request.Text, [1], 8000, Cached: false);
    }

    private static SpeechRequest Request(string text) => new(text, text, new VoiceChoice("voice", null, 0, "en-us"), 1);

    private Task<SpokenSentence> Ask(string text, bool ahead = false) => _jobs.GetAsync(Request(text), cache: true, ahead, TestContext.Current.CancellationToken);

    private Task<SpokenSentence> AskUntil(string text, CancellationToken hungUp) => _jobs.GetAsync(Request(text), cache: true, ahead: false, hungUp);

    /// <summary>Occupies the one thread, so that what follows waits in the queue.</summary>
    private async Task<Task> Occupy()
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Assert.True(_threads.TryQueue(() =>
        {
            started.SetResult();
            _gate.Wait();
            done.SetResult();
        }, ahead: false));
        await started.Task;
        return done.Task;
    }

    private static async Task Until(Func<bool> reached)
    {
        while (!reached()) await Task.Yield();
    }

    [Fact]
    public async Task All_who_ask_at_once_share_one_synthesis()
    {
        Task<SpokenSentence>[] asked = [.. Enumerable.Range(0, 10).Select(_ => Ask("same"))];
        _gate.Set();
        SpokenSentence[] got = await Task.WhenAll(asked);
        Assert.All(got, s => Assert.Same(got[0], s));
        Assert.Equal(["same"], _made);
    }

    [Fact]
    public async Task One_caller_who_hangs_up_takes_nothing_from_the_others()
    {
        using var hangUp = new CancellationTokenSource();
        Task<SpokenSentence> leaving = AskUntil("same", hangUp.Token), staying = Ask("same");
        await hangUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving);
        _gate.Set();
        Assert.Equal("same", (await staying).Text);
    }

    [Fact]
    public async Task What_everyone_has_given_up_before_it_starts_is_not_made_and_can_be_asked_again()
    {
        await Occupy();
        using var hangUp = new CancellationTokenSource();
        Task<SpokenSentence> leaving = AskUntil("left", hangUp.Token);
        await Until(() => _threads.Waiting == 1);
        await hangUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving);
        _gate.Set();
        await Ask("other");
        Assert.Equal(["other"], _made);
        Assert.Equal("left", (await Ask("left")).Text);
    }

    [Fact]
    public async Task What_callers_wait_for_goes_before_what_is_made_ahead()
    {
        await Occupy();
        Task ahead = Ask("ahead", ahead: true);
        await Until(() => _threads.Waiting == 1);
        Task live = Ask("live");
        await Until(() => _threads.Waiting == 2);
        _gate.Set();
        await Task.WhenAll(ahead, live);
        Assert.Equal(["live", "ahead"], _made);
    }

    [Fact]
    public async Task A_caller_who_asks_for_what_is_made_ahead_brings_it_forward_and_it_is_made_once()
    {
        await Occupy();
        Task first = Ask("first", ahead: true);
        await Until(() => _threads.Waiting == 1);
        Task second = Ask("second", ahead: true);
        await Until(() => _threads.Waiting == 2);
        Task wanted = Ask("second");
        _gate.Set();
        await Task.WhenAll(first, second, wanted);
        Assert.Equal(["second", "first"], _made);
    }

    [Fact]
    public async Task A_full_queue_refuses_at_once()
    {
        await Occupy();
        Task[] queued = [Ask("1"), Ask("2"), Ask("3")];
        await Until(() => _threads.Waiting == 3);
        Assert.Equal(SpeechFailure.Busy, (await Assert.ThrowsAsync<SpeechException>(() => Ask("4"))).Failure);
        _gate.Set();
        await Task.WhenAll(queued);
        Assert.Equal("4", (await Ask("4")).Text);
    }

    [Fact]
    public async Task A_failure_reaches_all_who_wait_and_is_not_remembered()
    {
        Task<SpokenSentence>[] asked = [Ask("bad"), Ask("bad")];
        _gate.Set();
        foreach (Task<SpokenSentence> task in asked) await Assert.ThrowsAsync<SpeechException>(() => task);
        await Assert.ThrowsAsync<SpeechException>(() => Ask("bad"));
        Assert.Equal("good", (await Ask("good")).Text);
    }

    [Fact]
    public async Task What_the_cache_has_is_not_made()
    {
        var jobs = new SpeechJobs(_threads, r => new SpokenSentence(r.Key, r.Text, [2], 8000, Cached: true), Make);
        Assert.True((await jobs.GetAsync(Request("known"), cache: true, ahead: false, TestContext.Current.CancellationToken)).Cached);
        _gate.Set();
        Assert.False((await jobs.GetAsync(Request("known"), cache: false, ahead: false, TestContext.Current.CancellationToken)).Cached);
    }

    [Fact]
    public async Task The_threads_and_what_they_start_have_low_priority()
    {
        var nice = new TaskCompletionSource<(int Thread, int Program)>(TaskCreationOptions.RunContinuationsAsynchronously);    // the thread cannot wait for itself to end
        _threads.TryQueue(() =>
        {
            string stat = File.ReadAllText("/proc/thread-self/stat");
            using var child = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("nice") { RedirectStandardOutput = true })!;
            nice.SetResult((int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[16], CultureInfo.InvariantCulture),
                int.Parse(child.StandardOutput.ReadToEnd(), CultureInfo.InvariantCulture)));
        }, ahead: false);
        (int thread, int program) = await nice.Task;
        Assert.InRange(thread, SpeechThreads.Nice, 19);
        Assert.InRange(program, SpeechThreads.Nice, 19);
    }

    [Fact]
    public async Task A_thread_survives_what_fails_on_it_and_ends_only_after_what_was_queued()
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _threads.TryQueue(() => throw new InvalidOperationException("expected"), ahead: false);
        _threads.TryQueue(done.SetResult, ahead: false);
        _threads.Dispose();
        Assert.True(done.Task.IsCompleted);
        Assert.False(_threads.TryQueue(() => { }, ahead: false));
        await done.Task;
    }
}
