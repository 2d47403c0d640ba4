using System.Data.Common;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Codecs.Opus;
using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Configuration;
using Tandem.Media.Recording;
using Tandem.Net;
using Tandem.Storage;
using Tandem.Tts;

namespace Tandem.Cli;

/// <summary>Looks at one thing each, changing nothing.</summary>
internal static class HostChecks
{
    private const long WantedDiskBytes = 500_000_000;

    public static CheckResult DataFolder(string folder)
    {
        try
        {
            Storage.DataFolder.Prepare(folder);
        }
        catch (StartException error)
        {
            return CheckResult.Bad("data folder", error.Message.TrimEnd('.'), error.Advice);
        }
        long free = new DriveInfo(folder).AvailableFreeSpace;
        string finding = string.Create(CultureInfo.InvariantCulture, $"{folder}, {free / 1_000_000} MB free");
        return free >= WantedDiskBytes ? CheckResult.Good("data folder", finding) : CheckResult.Bad("data folder", finding, "Free some disk space, or lower speech.cache_mb");
    }

    /// <summary>SIP, web and speech ports: free, or held by the appliance that runs on this data folder.</summary>
    /// <param name="held">The addresses where that appliance listens; empty where none runs.</param>
    public static IEnumerable<CheckResult> Ports(TandemOptions options, IReadOnlyList<string> held)
    {
        (string Key, ProtocolType Protocol, int Port)[] sip =
        [
            ("sip.udp_port", ProtocolType.Udp, options.Sip.UdpPort), ("sip.tcp_port", ProtocolType.Tcp, options.Sip.TcpPort),
            ("sip.tls_port", ProtocolType.Tcp, options.Sip.TlsPort),
        ];
        IEnumerable<(string Key, ProtocolType Protocol, IPEndPoint EndPoint)> wanted = sip.Where(one => one.Port >= 0)
            .SelectMany(one => options.Sip.Addresses.Select(address => (one.Key, one.Protocol, new IPEndPoint(address, one.Port))));
        (string Key, ProtocolType Protocol, int Port)[] web =
            [("web.http_port", ProtocolType.Tcp, options.Web.HttpPort), ("web.https_port", ProtocolType.Tcp, options.Web.HttpsPort)];
        wanted = wanted.Concat(web.Where(one => one.Port >= 0)
            .SelectMany(one => options.Web.Addresses.Select(address => (one.Key, one.Protocol, new IPEndPoint(address, one.Port)))));
        if (options.Tts.Port >= 0)
            wanted = wanted.Append(("tts.port", ProtocolType.Tcp, new IPEndPoint(IPAddress.Parse(options.Tts.Address), options.Tts.Port)));
        foreach ((string key, ProtocolType protocol, IPEndPoint endPoint) in wanted)
        {
            string name = $"port {protocol.ToString().ToUpperInvariant()} {endPoint}";
            bool own = held.Any(address => address.EndsWith(endPoint.ToString(), StringComparison.Ordinal));
            string? why = own ? null : PortProbe.WhyNot(protocol, endPoint);
            yield return why is null ? CheckResult.Good(name, own ? "the running appliance has it" : "free")
                : CheckResult.Bad(name, why, $"See who has it: ss -lnp; or take another: --set {key}=PORT");
        }
    }

    public static CheckResult MediaPorts(IReadOnlyList<MediaPortRange> ranges, bool running)
    {
        string name = $"media ports {string.Join(", ", ranges)}";
        if (running) return CheckResult.Good(name, "the running appliance has them");
        IReadOnlyList<int> taken = PortProbe.TakenUdp(ranges);
        return taken.Count == 0 ? CheckResult.Good(name, "free")
            : CheckResult.Bad(name, $"{taken.Count} taken: {string.Join(", ", taken.Take(10))}", "See by whom: ss -lunp; or move media.ports");
    }

    public static CheckResult Recordings(RecordingOptions options)
    {
        string name = $"recordings ({options.Calls})", folder = Path.GetFullPath(options.Folder!);
        return RecordingSpace.Problem(folder, options.MinFreeMegabytes, RecordingSpace.FreeBytes) is { } problem
            ? CheckResult.Bad(name, problem, "Free some disk space, or see recording.folder and recording.min_free_mb")
            : CheckResult.Good(name, folder);
    }

    public static CheckResult Opus() => OpusLibrary.IsAvailable ? CheckResult.Good(OpusLibrary.FileName, OpusLibrary.Version)
        : CheckResult.Bad(OpusLibrary.FileName, "missing: calls cannot use Opus", $"apt-get install {OpusLibrary.Package}");

    public static CheckResult Program(string program)
    {
        string? found = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
        return found is not null ? CheckResult.Good(program, found) : CheckResult.Bad(program, "missing", $"apt-get install {program}");
    }

    /// <summary>A call has two legs with two sockets each, and its signalling may have a connection.</summary>
    public static CheckResult OpenFiles(int calls)
    {
        string? line = File.ReadLines("/proc/self/limits").FirstOrDefault(limit => limit.StartsWith("Max open files", StringComparison.Ordinal));
        string hard = line?.Split(' ', StringSplitOptions.RemoveEmptyEntries)[4] ?? "unlimited";
        long needed = (6L * calls) + 500;
        bool enough = !long.TryParse(hard, CultureInfo.InvariantCulture, out long limit) || limit >= needed;
        return enough ? CheckResult.Good("open files", $"{hard} allowed, {needed} needed for calls.max = {calls}")
            : CheckResult.Bad("open files", $"{hard} allowed, {needed} needed for calls.max = {calls}", $"Raise the limit (ulimit -n {needed}, or LimitNOFILE in the unit) or lower calls.max");
    }

    public static CheckResult Database(DatabaseOptions options)
    {
        if (options.Url is null && !File.Exists(options.File)) return CheckResult.Good("database", $"{options.File} is made at the first start");
        try
        {
            var source = new DatabaseSource(options);
            using DbConnection connection = source.Open();
            new DbSession(connection, null, source.Engine).Number("SELECT 1");
            return CheckResult.Good("database", $"{source.Place} answers");
        }
        catch (Exception error) when (error is DbException or SocketException or TimeoutException)
        {
            return CheckResult.Bad("database", error.Message.TrimEnd('.'), options.Url is null ? $"Check who may read {options.File}" : "Check database.url, and that PostgreSQL runs and lets this user in");
        }
    }

    public static async Task<CheckResult> VoiceAsync(SpeechOptions options, CancellationToken cancellation)
    {
        using SpeechService speech = SpeechService.Start(options, NullLoggerFactory.Instance);
        await speech.Ready.WaitAsync(TimeSpan.FromSeconds(20), cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return speech is { Problem: null, DefaultVoice: { } voice } ? CheckResult.Good("voice", $"{voice} speaks")
            : CheckResult.Bad("voice", speech.Problem ?? "it does not speak within 20 s", "See speech.voice and the voices folder");
    }
}
