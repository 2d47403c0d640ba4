using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Interop.Peers;

/// <summary>One program under test's control: its output is kept, and it is gone, by its own process id, when this is disposed.</summary>
public sealed partial class ChildProcess : IAsyncDisposable
{
    public const int SigInt = 2, SigKill = 9, SigTerm = 15;

    private static readonly ConcurrentDictionary<ChildProcess, bool> Living = [];

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly Action<string>? _onLine;
    private readonly List<TaskCompletionSource> _waiters = [];

    static ChildProcess() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        foreach (ChildProcess child in Living.Keys) child.Signal(SigKill);
    };

    private ChildProcess(Process process, Action<string>? onLine)
    {
        _process = process;
        _onLine = onLine;
        process.OutputDataReceived += (_, e) => OnLine(e.Data);
        process.ErrorDataReceived += (_, e) => OnLine(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.StandardInput.Close();
        Id = process.Id;
        Living[this] = true;
        Exited = WaitAsync();
    }

    public int Id { get; }

    /// <summary>Completes with the exit code when the program has ended and all its output is in.</summary>
    public Task<int> Exited { get; }

    public string Output
    {
        get { lock (_output) return _output.ToString(); }
    }

    /// <summary>Starts a program, inside a network namespace where one is named.</summary>
    public static ChildProcess Start(string file, IReadOnlyList<string> arguments, string? network = null, string? folder = null,
        IReadOnlyDictionary<string, string>? environment = null, Action<string>? onLine = null)
    {
        ProcessStartInfo start = new(network is null ? file : "ip")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? Path.GetTempPath(),
        };
        // ip replaces itself by the program, so the process id is the program's.
        foreach (string argument in network is null ? arguments : ["netns", "exec", network, file, .. arguments]) start.ArgumentList.Add(argument);
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        Process process = Process.Start(start) ?? throw new InvalidOperationException($"{file} did not start");
        return new ChildProcess(process, onLine);
    }

    /// <summary>Runs a program to its end and returns what it printed; throws with it where it failed.</summary>
    public static async Task<string> RunAsync(string file, IReadOnlyList<string> arguments, TimeSpan? limit = null, string? network = null)
    {
        await using ChildProcess child = Start(file, arguments, network);
        int code = await child.Exited.WaitAsync(limit ?? TimeSpan.FromSeconds(60));
        if (code != 0) throw new InvalidOperationException($"{file} {string.Join(' ', arguments)} ended with {code}: {child.Tail(20)}");
        return child.Output;
    }

    /// <summary>Completes when the program has printed <paramref name="text"/>; throws with the tail of its output where it ends first.</summary>
    public async Task PrintedAsync(string text, TimeSpan limit)
    {
        long deadline = Environment.TickCount64 + (long)limit.TotalMilliseconds;
        while (true)
        {
            TaskCompletionSource next = new(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (_output)
            {
                if (_output.ToString().Contains(text, StringComparison.Ordinal)) return;
                _waiters.Add(next);
            }
            TimeSpan left = TimeSpan.FromMilliseconds(Math.Max(1, deadline - Environment.TickCount64));
            Task first = await Task.WhenAny(next.Task, Exited, Task.Delay(left));
            if (first != next.Task && !Output.Contains(text, StringComparison.Ordinal))
                throw new TimeoutException($"'{text}' was not printed within {limit} ({(Exited.IsCompleted ? $"ended with {await Exited}" : "still running")}): {Tail(40)}");
        }
    }

    public string Tail(int lines) => string.Join('\n', Output.Split('\n').TakeLast(lines));

    public void Signal(int signal)
    {
        if (!_process.HasExited) _ = Kill(Id, signal);
    }

    /// <summary>Asks the program to end, then ends it.</summary>
    public async Task<int> StopAsync(TimeSpan limit)
    {
        Signal(SigTerm);
        if (await Task.WhenAny(Exited, Task.Delay(limit)) != Exited) Signal(SigKill);
        return await Exited;
    }

    public async ValueTask DisposeAsync()
    {
        Signal(SigKill);
        await Exited;
        Living.TryRemove(this, out _);
        _process.Dispose();
    }

    private async Task<int> WaitAsync()
    {
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    private void OnLine(string? line)
    {
        if (line is null) return;
        List<TaskCompletionSource> waiting;
        lock (_output)
        {
            _output.AppendLine(line);
            waiting = [.. _waiters];
            _waiters.Clear();
        }
        foreach (TaskCompletionSource waiter in waiting) waiter.TrySetResult();
        _onLine?.Invoke(line);
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
