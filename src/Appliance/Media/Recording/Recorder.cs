using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Tandem.Configuration;
using Tandem.Net.Interop;

namespace Tandem.Media.Recording;

/// <summary>Writes all recordings: one thread of low priority that alone touches the disk. Calls and media never wait for it.</summary>
/// <remarks>
/// Media loops copy encoded payloads into each recording's ring; this decodes, aligns and writes them. Where the disk is slow, full or
/// broken the recording is marked, logged and counted; the call goes on.
/// </remarks>
internal sealed partial class Recorder : IDisposable
{
    /// <summary>As speech: never before media.</summary>
    private const int Nice = 10;

    private const int MaxPayload = LegReceiver.MaxAudioPayload;

    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_lastWrites = TimeSpan.FromSeconds(5);    // a disk that hangs must not keep the appliance from ending

    private readonly RecordingOptions _options;
    private readonly string _folder;
    private readonly Action<Guid, string> _onOpened;
    private readonly Func<string, FileStream> _create;
    private readonly Func<string, long> _freeBytes;
    private readonly ILogger _log;
    private readonly ConcurrentQueue<CallRecording> _starting = new();
    private readonly List<OpenRecording> _open = [];
    private readonly List<LegTap> _left = [];    // of recordings that are over
    private readonly byte[] _payload = new byte[MaxPayload];
    private readonly AutoResetEvent _wake = new(false);
    private readonly Thread _thread;
    private string? _noSpace;
    private bool _stopping;
    private int _active;
    private long _marked;

    /// <param name="options">Folder, layout and the space to keep free.</param>
    /// <param name="onOpened">A call has a recording at this path (relative to the folder). Writer's thread.</param>
    /// <param name="log">Starts, ends and problems.</param>
    public Recorder(RecordingOptions options, Action<Guid, string> onOpened, ILoggerFactory log)
        : this(options, onOpened, log, RecordingFile.Create, RecordingSpace.FreeBytes)
    {
    }

    /// <param name="create">Makes a file for writing.</param>
    /// <param name="freeBytes">Space left where this folder is.</param>
    /// <inheritdoc cref="Recorder(RecordingOptions, Action{Guid, string}, ILoggerFactory)"/>
    internal Recorder(RecordingOptions options, Action<Guid, string> onOpened, ILoggerFactory log,
        Func<string, FileStream> create, Func<string, long> freeBytes)
    {
        (_options, _onOpened, _create, _freeBytes, _log) = (options, onOpened, create, freeBytes, log.CreateLogger<Recorder>());
        _folder = Path.GetFullPath(options.Folder ?? throw new ArgumentException("a folder is needed", nameof(options)));
        _thread = new Thread(Run) { IsBackground = true, Name = "recorder" };
        _thread.Start();
    }

    /// <summary>Recordings going on.</summary>
    public int Active => Volatile.Read(ref _active);

    /// <summary>Recordings with something missing, since the start.</summary>
    public long Marked => Interlocked.Read(ref _marked);

    /// <summary>Records a leg from now on: what it sends and what it receives. Any thread; never waits.</summary>
    /// <param name="callId">Names the file.</param>
    /// <param name="part">1 for the call's first recording, then 2 and so on.</param>
    /// <param name="callStartedAt">Names the folder.</param>
    /// <param name="leg">The caller's.</param>
    /// <param name="paused">It begins with a pause.</param>
    public CallRecording Start(Guid callId, int part, DateTimeOffset callStartedAt, MediaLeg leg, bool paused = false)
    {
        string day = callStartedAt.UtcDateTime.ToString("yyyy'/'MM'/'dd", CultureInfo.InvariantCulture);
        var recording = new CallRecording(callId, part == 1 ? $"{day}/{callId}.wav" : $"{day}/{callId}-{part}.wav", leg, paused);
        _starting.Enqueue(recording);
        _wake.Set();
        return recording;
    }

    /// <summary>Ends what still goes on and waits for the files, 5 s at most. Once the media plane has ended: then nothing is missing.</summary>
    public void Dispose()
    {
        Volatile.Write(ref _stopping, true);
        _wake.Set();
        if (_thread.Join(s_lastWrites)) _wake.Dispose();
    }

    private void Run()
    {
        if (!CurrentThread.TrySetNice(Nice)) LogNotNiced(_log);
        while (!Volatile.Read(ref _stopping))
        {
            _wake.WaitOne(_open.Count + _left.Count > 0 ? s_interval : Timeout.InfiniteTimeSpan);
            Turn();
        }
        Turn();
        foreach (OpenRecording open in _open.ToArray()) Close(open);
        DisposeTaps();
    }

    private void Turn()
    {
        TimeSpan now = MediaClock.Now;
        if (_open.Count > 0 || !_starting.IsEmpty) _noSpace = RecordingSpace.Problem(_folder, _options.MinFreeMegabytes, _freeBytes);
        while (_starting.TryDequeue(out CallRecording? recording)) TryOpen(recording);
        for (int i = _open.Count - 1; i >= 0; i--) Write(_open[i], now);
        DisposeTaps();
        Volatile.Write(ref _active, _open.Count);
    }

    private void TryOpen(CallRecording recording)
    {
        OpenRecording? open = null;
        try
        {
            if (_noSpace is { } problem) throw new IOException(problem);
            open = Open(recording);
            LogStarted(_log, recording.CallId, recording.Path);
            _onOpened(recording.CallId, recording.Path);
            recording.Open();
            _open.Add(open);
        }
#pragma warning disable CA1031 // the edge of the worker: a recording that fails ends alone
        catch (Exception error)
#pragma warning restore CA1031
        {
            open?.Dispose();
            Mark(recording, error.Message.TrimEnd('.'));
            End(recording);
        }
    }

    private OpenRecording Open(CallRecording recording)
    {
        FileStream stream = _create(Path.Combine(_folder, recording.Path));
        try
        {
            bool stereo = _options.Layout == RecordingOptions.Stereo;
            return new OpenRecording(recording, new RecordingFile(stream, stereo), stereo);
        }
        catch
        {
            stream.Dispose();
            File.Delete(stream.Name);
            throw;
        }
    }

    private void Write(OpenRecording open, TimeSpan now)
    {
        CallRecording recording = open.Recording;
        try
        {
            if (_noSpace is { } problem && !recording.IsOver)
            {
                Mark(recording, problem);
                recording.Stop();
            }
            bool goesOn = open.Drain(_payload, now);
            if (recording.Tap.Dropped is > 0 and var dropped) Mark(recording, $"the disk was too slow and frames were lost ({dropped} so far)");
            if (!goesOn) Close(open);
        }
#pragma warning disable CA1031 // as above
        catch (Exception error)
#pragma warning restore CA1031
        {
            Mark(recording, error.Message.TrimEnd('.'));
            Close(open);
        }
    }

    private void Mark(CallRecording recording, string problem)
    {
        if (!recording.Mark(problem)) return;
        Interlocked.Increment(ref _marked);
        LogMarked(_log, recording.CallId, recording.Path, problem);
    }

    private void Close(OpenRecording open)
    {
        _open.Remove(open);
        LogEnded(_log, open.Recording.CallId, open.Recording.Path, open.Duration.TotalSeconds);
        open.Dispose();
        End(open.Recording);
    }

    private void End(CallRecording recording)
    {
        recording.End();
        _left.Add(recording.Tap);
    }

    /// <summary>A loop may write into a tap until it has let go of it.</summary>
    private void DisposeTaps() => _left.RemoveAll(static tap =>
    {
        if (!tap.IsDetached) return false;
        tap.Dispose();
        return true;
    });

    [LoggerMessage(LogLevel.Information, "call {CallId}: recording to {Path}")]
    private static partial void LogStarted(ILogger log, Guid callId, string path);

    [LoggerMessage(LogLevel.Information, "call {CallId}: recorded {Seconds:0.0} s to {Path}")]
    private static partial void LogEnded(ILogger log, Guid callId, string path, double seconds);

    [LoggerMessage(LogLevel.Error, "call {CallId}: the recording {Path} is not whole: {Problem}. The call goes on")]
    private static partial void LogMarked(ILogger log, Guid callId, string path, string problem);

    [LoggerMessage(LogLevel.Warning, "The recorder's thread could not lower its priority: it may disturb calls")]
    private static partial void LogNotNiced(ILogger log);
}
