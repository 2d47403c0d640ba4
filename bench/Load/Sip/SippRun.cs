using System.Globalization;

namespace Load.Sip;

/// <summary>One sipp at work in the generator's namespace.</summary>
internal sealed class SippRun : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sip-load-sipp-").FullName;
    private readonly EngineProcess _process;
    private readonly string _program;

    public SippRun(string networkNamespace, string scenario, SipEngine engine, int port, string service, IEnumerable<string> more)
    {
        string file = Path.Combine(_folder, "scenario.xml");
        File.WriteAllText(file, scenario);
        _program = $"sipp {service} from port {port}";
        _process = new EngineProcess(networkNamespace, "sipp",
        [
            $"{engine.Address}:{SipEngine.Port}", "-sf", file, "-s", service, "-i", engine.Generator.ToString(), "-p", Text(port), "-mp", Text(port + 20000),
            "-nostdin", "-trace_stat", "-stf", Path.Combine(_folder, "statistics.csv"), "-fd", "1", "-trace_err", "-error_file", Path.Combine(_folder, "errors.log"),
            "-default_behaviors", "all,-bye", .. more,
        ]);
    }

    public double ProcessorMs => _process.HasEnded ? 0 : ProcessorTime.Milliseconds(_process.Id);

    public bool HasEnded => _process.HasEnded;

    /// <summary>Calls that ended well and that failed, and messages sent again.</summary>
    public (int Right, int Failed, int Resent) Result
    {
        get
        {
            string file = Path.Combine(_folder, "statistics.csv");
            string[] lines = File.Exists(file) ? [.. File.ReadAllLines(file).Where(line => line.Length > 0)] : [];
            if (lines.Length < 2) return (0, 0, 0);
            string[] names = lines[0].Split(';'), values = lines[^1].Split(';');
            int Value(string name) => Array.IndexOf(names, name) is >= 0 and int at && int.TryParse(values[at], CultureInfo.InvariantCulture, out int number) ? number : 0;
            return (Value("SuccessfulCall(C)"), Value("FailedCall(C)"), Value("Retransmissions(C)"));
        }
    }

    /// <summary>The first lines of what it complained of.</summary>
    public string Errors
    {
        get
        {
            string file = Path.Combine(_folder, "errors.log");
            return File.Exists(file) ? string.Join('\n', File.ReadLines(file).Take(20)) : "";
        }
    }

    /// <exception cref="InvalidOperationException">It failed or did not end.</exception>
    public void MustSucceed(TimeSpan limit)
    {
        if (_process.WaitForEnd(limit) is not 0) throw new InvalidOperationException($"{_program}: {Errors}\n{_process.Log}");
    }

    public void WaitForEnd(TimeSpan limit) => _process.WaitForEnd(limit);

    public void Dispose()
    {
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
