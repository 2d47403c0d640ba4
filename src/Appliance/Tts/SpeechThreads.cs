using Microsoft.Extensions.Logging;
using Tandem.Net.Interop;

namespace Tandem.Tts;

/// <summary>Threads of low priority that make speech, behind a bounded queue: speech never takes the processor from media.</summary>
/// <remarks>Thread-safe. Work that a caller waits for goes before work done ahead of time; among equals the first comes first.</remarks>
internal sealed partial class SpeechThreads : IDisposable
{
    /// <summary>Nice value of the threads and, as they inherit it, of the programs that the threads start.</summary>
    public const int Nice = 10;

    private readonly PriorityQueue<Action, (bool Ahead, long Number)> _queue = new();
    private readonly Thread[] _threads;
    private readonly ILogger _log;
    private readonly int _capacity;
    private long _number;
    private bool _stopping;

    public SpeechThreads(int count, int capacity, ILogger log)
    {
        _capacity = capacity;
        _log = log;
        _threads = [.. Enumerable.Range(0, count).Select(i => new Thread(Work) { IsBackground = true, Name = $"speech {i}" })];
        foreach (Thread thread in _threads) thread.Start();
    }

    /// <summary>Work in the queue.</summary>
    public int Waiting
    {
        get { lock (_queue) return _queue.Count; }
    }

    /// <summary>Queues work; false when the queue is full or the threads have ended.</summary>
    /// <param name="work">Must not throw; what does is logged.</param>
    /// <param name="ahead">True for work that nobody waits for yet.</param>
    public bool TryQueue(Action work, bool ahead)
    {
        lock (_queue)
        {
            if (_stopping || _queue.Count >= _capacity) return false;
            _queue.Enqueue(work, (ahead, _number++));
            Monitor.Pulse(_queue);
            return true;
        }
    }

    /// <summary>Ends the threads when they have done what they are at. Queued work is run first, so that nobody waits for ever.</summary>
    public void Dispose()
    {
        lock (_queue)
        {
            _stopping = true;
            Monitor.PulseAll(_queue);
        }
        foreach (Thread thread in _threads) thread.Join();
    }

    private void Work()
    {
        if (!CurrentThread.TrySetNice(Nice)) LogNotNiced(_log, Thread.CurrentThread.Name!);
        while (Next() is { } work)
        {
            try
            {
                work();
            }
#pragma warning disable CA1031 // the worker's edge: one bad sentence must not end the thread
            catch (Exception failure)
#pragma warning restore CA1031
            {
                LogFailed(_log, failure);
            }
        }
    }

    private Action? Next()
    {
        lock (_queue)
        {
            while (_queue.Count == 0)
            {
                if (_stopping) return null;
                Monitor.Wait(_queue);
            }
            return _queue.Dequeue();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The thread {Thread} could not lower its priority: speech may disturb calls")]
    private static partial void LogNotNiced(ILogger logger, string thread);

    [LoggerMessage(Level = LogLevel.Error, Message = "Work on a speech thread failed")]
    private static partial void LogFailed(ILogger logger, Exception failure);
}
