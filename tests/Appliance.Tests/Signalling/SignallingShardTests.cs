using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Signalling;
using Xunit;

namespace Appliance.Tests.Signalling;

public sealed class SignallingShardTests : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);

    private readonly SignallingShard _shard = new(NullLogger.Instance);

    public SignallingShardTests() => _shard.Start();

    public void Dispose() => _shard.Dispose();

    [Fact]
    public async Task Posted_work_runs_on_the_shard_in_the_order_of_its_poster()
    {
        List<int> seen = [];
        for (int i = 0; i < 1000; i++) _shard.Post(static state => { var (list, n) = ((List<int>, int))state!; list.Add(n); }, (seen, i));
        Assert.True(await _shard.InvokeAsync(() => _shard.IsCurrent).WaitAsync(s_limit, TestContext.Current.CancellationToken));
        Assert.Equal(Enumerable.Range(0, 1000), seen);
        Assert.False(_shard.IsCurrent);
    }

    [Fact]
    public async Task No_post_is_lost_when_many_threads_post_while_the_loop_parks()
    {
        int run = 0;
        var done = new TaskCompletionSource();
        const int Threads = 4, Each = 20_000;
        Task[] posters = [.. Enumerable.Range(0, Threads).Select(_ => Task.Run(() =>
        {
            for (int i = 0; i < Each; i++) _shard.Post(() => { if (++run == Threads * Each) done.SetResult(); });
        }))];
        await Task.WhenAll(posters).WaitAsync(s_limit, TestContext.Current.CancellationToken);
        await done.Task.WaitAsync(s_limit, TestContext.Current.CancellationToken);

        // One by one, so that the loop is parked for most of them.
        for (int i = 0; i < 500; i++) Assert.Equal(i, await _shard.InvokeAsync(() => i).WaitAsync(s_limit, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Async_code_comes_back_to_the_shard_after_every_await()
    {
        var done = new TaskCompletionSource<bool[]>();
        _shard.Run(async () =>
        {
            List<bool> current = [_shard.IsCurrent];
            await Task.Run(static () => { });
            current.Add(_shard.IsCurrent);
            await Task.Yield();
            current.Add(_shard.IsCurrent);
            await _shard.Delay(TimeSpan.FromMilliseconds(1));
            current.Add(_shard.IsCurrent);
            done.SetResult([.. current]);
        });
        Assert.All(await done.Task.WaitAsync(s_limit, TestContext.Current.CancellationToken), Assert.True);
    }

    [Fact]
    public async Task Work_that_throws_is_counted_and_the_thread_goes_on()
    {
        _shard.Post(static () => throw new InvalidOperationException("posted"));
        _shard.Run(static () => throw new InvalidOperationException("before the first await"));
        _shard.Run(static async () => { await Task.Yield(); throw new InvalidOperationException("after an await"); });
        _shard.Run(static async () => { await Task.Yield(); throw new OperationCanceledException(); });
        var timer = new TaskCompletionSource();
        _shard.Post(() =>
        {
            _shard.Schedule(TimeSpan.Zero, static () => throw new InvalidOperationException("timer"));
            _shard.Schedule(TimeSpan.FromMilliseconds(20), timer.SetResult);
        });
        await timer.Task.WaitAsync(s_limit, TestContext.Current.CancellationToken);
        Assert.Equal(4, _shard.Failures);
    }

    [Fact]
    public async Task A_timer_fires_once_not_before_its_time_and_not_after_a_cancel()
    {
        var done = new TaskCompletionSource<(TimeSpan Late, int Cancelled)>();
        _shard.Post(() =>
        {
            int cancelled = 0;
            ShardTimer gone = _shard.Schedule(TimeSpan.FromMilliseconds(5), () => cancelled++);
            TimeSpan due = _shard.Now + TimeSpan.FromMilliseconds(30);
            _shard.Schedule(TimeSpan.FromMilliseconds(30), () => done.SetResult((_shard.Now - due, cancelled)));
            gone.Cancel();
            gone.Cancel();
        });
        (TimeSpan late, int fired) = await done.Task.WaitAsync(s_limit, TestContext.Current.CancellationToken);
        Assert.True(late >= TimeSpan.Zero, $"{late} early");
        Assert.Equal(0, fired);
    }

    [Fact]
    public async Task A_timer_can_be_set_again_from_its_own_callback()
    {
        var done = new TaskCompletionSource();
        ShardTimer? timer = null;
        int fired = 0;
        timer = _shard.CreateTimer(_ =>
        {
            if (++fired == 3) done.SetResult();
            else timer!.SetAfter(TimeSpan.FromMilliseconds(1));
        }, null);
        _shard.Post(() => timer.SetAfter(TimeSpan.FromMilliseconds(1)));
        await done.Task.WaitAsync(s_limit, TestContext.Current.CancellationToken);
        Assert.False(await _shard.InvokeAsync(() => timer.IsSet));
    }

    [Fact]
    public async Task A_timer_that_sets_itself_for_now_again_and_again_leaves_room_for_others()
    {
        ShardTimer? greedy = null;
        greedy = _shard.CreateTimer(_ => greedy!.SetAfter(TimeSpan.Zero), null);
        _shard.Post(() => greedy.SetAfter(TimeSpan.Zero));
        for (int i = 0; i < 10; i++) Assert.Equal(i, await _shard.InvokeAsync(() => i).WaitAsync(s_limit, TestContext.Current.CancellationToken));
        Assert.True(await _shard.InvokeAsync(() => { greedy.Cancel(); return true; }).WaitAsync(s_limit, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_cancelled_delay_ends_at_once_and_its_continuation_never_runs_in_the_cancellers_frame()
    {
        var done = new TaskCompletionSource<bool>();
        using var cancel = new CancellationTokenSource();
        bool inFrame = false;
        _shard.Run(async () =>
        {
            try
            {
                await _shard.Delay(TimeSpan.FromHours(1), cancel.Token);
            }
            catch (OperationCanceledException)
            {
                done.SetResult(inFrame);
            }
        });
        _shard.Post(() =>
        {
            inFrame = true;
            cancel.Cancel();
            inFrame = false;
        });
        Assert.False(await done.Task.WaitAsync(s_limit, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_delay_is_cancelled_from_another_thread()
    {
        using var cancel = new CancellationTokenSource();
        Task delay = await _shard.InvokeAsync(() => _shard.Delay(TimeSpan.FromHours(1), cancel.Token));
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => delay.WaitAsync(s_limit, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_turn_of_posts_and_timers_allocates_nothing()
    {
        var done = new TaskCompletionSource<long>();
        int left = 20_000;
        long before = 0;
        ShardTimer? timer = null;
        Action<object?> turn = null!;
        turn = _ =>
        {
            if (left == 10_000) before = GC.GetAllocatedBytesForCurrentThread();
            if (--left == 0) done.SetResult(GC.GetAllocatedBytesForCurrentThread() - before);
            else if (left % 2 == 0) _shard.Post(turn, null);
            else timer!.SetAfter(TimeSpan.Zero);
        };
        timer = _shard.CreateTimer(turn, null);
        _shard.Post(turn, null);
        Assert.Equal(0, await done.Task.WaitAsync(s_limit, TestContext.Current.CancellationToken));
    }
}
