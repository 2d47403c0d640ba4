namespace Tandem.Tts;

/// <summary>Sentences being made: all who ask for one at the same time share one synthesis.</summary>
/// <remarks>Thread-safe. A job that everyone has given up before it started is not run.</remarks>
internal sealed class SpeechJobs(SpeechThreads threads, Func<SpeechRequest, SpokenSentence?> fromCache, Func<SpeechRequest, bool, SpokenSentence> make)
{
    private readonly Dictionary<(string Key, bool Cache), Job> _jobs = [];

    /// <summary>The sentence, from the cache, from a job under way, or from a new one.</summary>
    /// <param name="ahead">True when nobody waits for it yet: it goes behind what callers wait for.</param>
    /// <exception cref="SpeechException">Why it is not made; the queue being full is one reason.</exception>
    public async Task<SpokenSentence> GetAsync(SpeechRequest request, bool cache, bool ahead, CancellationToken ct)
    {
        Job? job;
        bool isNew, promoted = false;
        lock (_jobs)
        {
            isNew = !_jobs.TryGetValue((request.Key, cache), out job);
            if (isNew) _jobs[(request.Key, cache)] = job = new Job(request, cache, ahead);
            else if (job!.Ahead && !ahead)
            {
                job.Ahead = false;
                promoted = job.Queued;
            }
            job!.Waiters++;
        }
        if (isNew) _ = Task.Run(() => Begin(job), CancellationToken.None);
        if (promoted) threads.TryQueue(() => Run(job), ahead: false);    // whichever entry comes first runs it
        try
        {
            return await job.Result.Task.WaitAsync(ct).ConfigureAwait(false);
        }
        finally
        {
            lock (_jobs) job.Waiters--;
        }
    }

    private void Begin(Job job)
    {
        try
        {
            if (job.Cache && fromCache(job.Request) is { } found)
            {
                Finish(job, found, null);
                return;
            }
            bool ahead;
            lock (_jobs)
            {
                job.Queued = true;
                ahead = job.Ahead;
            }
            if (!threads.TryQueue(() => Run(job), ahead))
                Finish(job, null, new SpeechException(SpeechFailure.Busy, "Too many texts are waiting to be spoken; try again shortly."));
        }
#pragma warning disable CA1031 // the waiters get the exception
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Finish(job, null, failure);
        }
    }

    private void Run(Job job)
    {
        lock (_jobs)
        {
            if (job.Started) return;
            job.Started = true;
            if (job.Waiters == 0)
            {
                _jobs.Remove((job.Request.Key, job.Cache));
                return;
            }
        }
        try
        {
            Finish(job, make(job.Request, job.Cache), null);
        }
#pragma warning disable CA1031 // the waiters get the exception
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Finish(job, null, failure);
        }
    }

    private void Finish(Job job, SpokenSentence? sentence, Exception? failure)
    {
        lock (_jobs) _jobs.Remove((job.Request.Key, job.Cache));
        if (sentence is not null)
        {
            job.Result.SetResult(sentence);
            return;
        }
        job.Result.SetException(failure!);
        _ = job.Result.Task.Exception;    // observed: all who waited may have gone
    }

    private sealed class Job(SpeechRequest request, bool cache, bool ahead)
    {
        public SpeechRequest Request { get; } = request;
        public bool Cache { get; } = cache;
        public bool Ahead { get; set; } = ahead;
        public bool Queued { get; set; }
        public bool Started { get; set; }
        public int Waiters { get; set; }
        public TaskCompletionSource<SpokenSentence> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
