using System.Diagnostics;
using System.Text;

namespace Load;

/// <summary>A program under test in a network namespace: its output kept, its processor time counted, its end ours.</summary>
internal sealed class EngineProcess : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _log = new();

    public EngineProcess(string networkNamespace, string program, IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new("ip") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in (string[])["netns", "exec", networkNamespace, program, .. arguments]) start.ArgumentList.Add(argument);
        _process = Process.Start(start)!;    // ip becomes the program: the same process id
        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public bool HasEnded => _process.HasExited;

    public string Log
    {
        get { lock (_log) return _log.ToString(); }
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>Its exit code; null: it has not ended in time.</returns>
    public int? WaitForEnd(TimeSpan limit) => _process.WaitForExit(limit) ? _process.ExitCode : null;

    /// <summary>Asks it to end in good order, then ends it.</summary>
    public void Stop(TimeSpan patience)
    {
        if (_process.HasExited) return;
        using (var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"])) kill.WaitForExit();
        _process.WaitForExit(patience);
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_log) _log.AppendLine(line.Data);
    }
}
