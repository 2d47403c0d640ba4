using System.Globalization;

namespace Load.Sip;

/// <summary>One sipp at work in the generator's namespace.</summary>
internal sealed class SippRun : IDisposable
{
    /// <summary>Bytes. What does not fit into sipp's own choice (64 KB) while the engine has the processors would be told as the engine's failure.</summary>
    private const int SocketBuffer = 4 << 20;

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
            "-nostdin", "-trace_stat", "-stf", Path.Combine(_folder, "statistics.csv"), "-fd", "0.1", "-buff_size", Text(SocketBuffer), "-trace_err", "-error_file", Path.Combine(_folder, "errors.log"),
            "-default_behaviors", "all,-bye", .. more,
        ]);
    }

    public double ProcessorMs => _process.HasEnded ? 0 : ProcessorTime.Milliseconds(_process.Id);

    public bool HasEnded => _process.HasEnded;

    /// <summary>What it counted.</summary>
    public SippCount Count
    {
        get
        {
            string file = Path.Combine(_folder, "statistics.csv");
            return SippCount.Read(File.Exists(file) ? File.ReadAllLines(file) : []);
        }
    }

    /// <summary>The first that it complained of.</summary>
    public string Errors
    {
        get
        {
            string file = Path.Combine(_folder, "errors.log");
            return File.Exists(file) ? SippErrors.First(File.ReadAllText(file)) : "";
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
