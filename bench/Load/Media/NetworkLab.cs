using System.Diagnostics;
using System.Globalization;

namespace Load.Media;

/// <summary>Network namespaces of a run: one for the generator and one for each engine, joined by veth pairs. Needs root.</summary>
internal sealed class NetworkLab : IDisposable
{
    private readonly string _tag = $"{Environment.ProcessId % 100_000}";
    private readonly List<string> _names = [];

    public NetworkLab() => Generator = Add("g");

    public string Generator { get; }

    /// <summary>A namespace with the address 10.77.N.2, which the generator reaches from 10.77.N.1.</summary>
    public (string Namespace, string Generator, string Engine) AddEngine(int number)
    {
        string name = Add($"e{number}"), near = $"lg{number}-{_tag}", far = $"le{number}-{_tag}";
        Run($"link add {near} type veth peer name {far}");
        Run($"link set {near} netns {Generator}");
        Run($"link set {far} netns {name}");
        Run($"-n {Generator} addr add 10.77.{number}.1/24 dev {near}");
        Run($"-n {name} addr add 10.77.{number}.2/24 dev {far}");
        Run($"-n {Generator} link set {near} up");
        Run($"-n {name} link set {far} up");
        return (name, $"10.77.{number}.1", $"10.77.{number}.2");
    }

    /// <summary>Gives the generator further addresses towards an engine: 10.77.N.101 and so on.</summary>
    public void AddSources(int number, int count)
    {
        for (int i = 0; i < count; i++) Run($"-n {Generator} addr add {Source(number, i)}/24 dev lg{number}-{_tag}");
    }

    /// <summary>One of them.</summary>
    public static string Source(int number, int index) => $"10.77.{number}.{101 + index}";

    /// <summary>Datagrams that came to a namespace since it was made and found the buffer of their socket full, IPv4.</summary>
    public static long DatagramsLost(string networkNamespace)
    {
        string[][] udp = [.. Run($"netns exec {networkNamespace} cat /proc/net/snmp").Split('\n').Where(line => line.StartsWith("Udp:", StringComparison.Ordinal)).Select(line => line.Split(' '))];
        return long.Parse(udp[1][Array.IndexOf(udp[0], "RcvbufErrors")], CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        foreach (string name in _names) Run($"netns del {name}");
    }

    private string Add(string suffix)
    {
        string name = $"load{_tag}{suffix}";
        Run($"netns add {name}");
        _names.Add(name);
        Run($"-n {name} link set lo up");
        return name;
    }

    private static string Run(string arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"ip {arguments}: {error.Result.Trim()} (root and iproute2 are needed)");
    }
}
