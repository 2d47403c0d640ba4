using Tandem.Media;

namespace Tandem.Calls;

/// <summary>The prompts that one leg plays, and who waits for their end. Shard thread only.</summary>
internal sealed class Playout(MediaLeg leg)
{
    private readonly Dictionary<int, TaskCompletionSource> _waiting = [];
    private int _lastId;

    /// <summary>Plays prompts in order without a gap; each may still be in the making while the one before it plays.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; what still played has been stopped.</exception>
    public async Task PlayAsync(IAsyncEnumerable<Prompt> prompts, CancellationToken stop)
    {
        try
        {
            Task last = Task.CompletedTask;
            await foreach (Prompt prompt in prompts.WithCancellation(stop))
            {
                await EncodeAsync(prompt);
                last = Enqueue(prompt, loop: false);
            }
            await last.WaitAsync(stop);
        }
        catch (OperationCanceledException)
        {
            Stop();
            throw;
        }
    }

    /// <summary>Plays over and over until <see cref="Stop"/>, or to its end when something else is to be played.</summary>
    public void Loop(Prompt prompt) => _ = Enqueue(prompt, loop: true);

    public void Stop() => leg.StopPlayout();

    public void OnEnded(int id)
    {
        if (_waiting.Remove(id, out TaskCompletionSource? waiting)) waiting.SetResult();
    }

    /// <summary>What takes its time is encoded on another thread; the first caller of a prompt waits for it, not all others.</summary>
    private Task EncodeAsync(Prompt prompt) =>
        leg.Codec is (AudioCodec.Opus or AudioCodec.G722) and var codec && !prompt.IsEncoded(codec)
            ? Task.Run(() => prompt.For(codec)) : Task.CompletedTask;

    private Task Enqueue(Prompt prompt, bool loop)
    {
        var waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting.Add(++_lastId, waiting);
        leg.Play(prompt, _lastId, loop);
        return waiting.Task;
    }
}
