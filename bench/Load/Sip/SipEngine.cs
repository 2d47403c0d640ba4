using System.Diagnostics;
using System.Globalization;
using System.Net;
using Load.Media;

namespace Load.Sip;

/// <summary>A SIP server under test in a namespace of its own.</summary>
internal abstract class SipEngine : IDisposable
{
    public const int Port = 5060, Caller = 1001, FirstCallee = 2001;

    protected SipEngine(string name, (string Namespace, string Generator, string Engine) network)
    {
        (Name, Namespace, Generator, Address) = (name, network.Namespace, IPAddress.Parse(network.Generator), IPAddress.Parse(network.Engine));
        Folder = Directory.CreateTempSubdirectory("sip-load-").FullName;
    }

    public string Name { get; }

    public IPAddress Generator { get; }

    public IPAddress Address { get; }

    /// <summary>Whether callers are asked for their password.</summary>
    public abstract bool Challenges { get; }

    public double ProcessorMs => Processes().Sum(ProcessorTime.Milliseconds);

    /// <summary>Memory of its own, not what it shares with others (proportional set size).</summary>
    public double MemoryKb => Processes().Sum(id => double.Parse(
        File.ReadLines($"/proc/{id}/smaps_rollup").First(line => line.StartsWith("Pss:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture));

    /// <summary>Since it started.</summary>
    public long DatagramsLost => NetworkLab.DatagramsLost(Namespace);

    public string Log => Process?.Log ?? "";

    protected string Namespace { get; }

    protected string Folder { get; }

    protected EngineProcess? Process { get; set; }

    /// <summary>The password of every user.</summary>
    protected static string Password => Scenarios.Password;

    /// <summary>Rows of completed calls since the start; null: it writes none.</summary>
    public virtual long? CountRecords() => null;

    public void Dispose()
    {
        Process?.Stop(TimeSpan.FromSeconds(10));    // a server with children ends them
        Process?.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    protected static void Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        using Process process = System.Diagnostics.Process.Start(start)!;
        string said = process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {said.Trim()}");
    }

    /// <summary>The process and its children.</summary>
    private IEnumerable<int> Processes()
    {
        int main = Process!.Id;
        string children = File.ReadAllText($"/proc/{main}/task/{main}/children");
        return children.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(id => int.Parse(id, CultureInfo.InvariantCulture)).Prepend(main);
    }
}
