using System.Globalization;
using System.Net;

namespace Load.Media;

/// <summary>A media engine under test: a process in its own namespace that speaks the ng protocol.</summary>
internal sealed class Engine : IDisposable
{
    private readonly EngineProcess _process;
    private readonly string? _folder;

    private Engine(string name, string networkNamespace, string generator, string address, string program, IEnumerable<string> arguments, string? folder)
    {
        (Name, Generator, Ng, _folder) = (name, IPAddress.Parse(generator), new IPEndPoint(IPAddress.Parse(address), NgPort), folder);
        _process = new EngineProcess(networkNamespace, program, arguments);
    }

    private const int NgPort = 2223;

    public string Name { get; }

    /// <summary>Where the generator is seen from.</summary>
    public IPAddress Generator { get; }

    public IPEndPoint Ng { get; }

    public bool IsTandem => _folder is not null;

    public string Log => _process.Log;

    public double ProcessorMs => ProcessorTime.Milliseconds(_process.Id);

    /// <summary>Resident memory.</summary>
    public double ResidentKb => double.Parse(
        File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture);

    /// <summary>What its runtime has used so far; null: it is not Tandem.</summary>
    public Footprint? Footprint => _folder is null ? null : Footprint.Read(_folder);

    public bool HasEnded => _process.HasEnded;

    public static Engine StartTandem(NetworkLab lab, string binary, IEnumerable<string> settings)
    {
        (string space, string generator, string address) = lab.AddEngine(1);
        string folder = Directory.CreateTempSubdirectory("tandem-load-").FullName;
        List<string> arguments = ["run", "--data", folder];
        foreach (string setting in (string[])["ng.enabled=true", $"ng.address={address}", $"ng.port={NgPort}", "tts.port=-1", "web.http_port=-1", "web.https_port=-1", "sip.tcp_port=-1", "sip.tls_port=-1",
            "media.ports=[\"20000-59999\"]", "log.level=warning", .. settings]) arguments.AddRange(["--set", setting]);
        return new Engine("tandem", space, generator, address, binary, arguments, folder);
    }

    public static Engine StartRtpengine(NetworkLab lab, int threads)
    {
        (string space, string generator, string address) = lab.AddEngine(2);
        return new Engine("rtpengine", space, generator, address, "rtpengine",
            ["--table=-1", "--foreground", "--log-stderr", $"--interface={address}", $"--listen-ng={address}:{NgPort}", "--log-level=3",
                $"--num-threads={threads}", "--port-min=20000", "--port-max=59999", "--timeout=3600", "--delete-delay=0", "--config-file=none"], null);
    }

    public void Dispose()
    {
        _process.Dispose();
        if (_folder is not null) Directory.Delete(_folder, recursive: true);
    }
}
