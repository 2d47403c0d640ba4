using System.Globalization;
using System.Net;

namespace Interop.Peers;

/// <summary>What sipp is told beside its scenario.</summary>
public sealed record SippOptions(string Scenario, IPEndPoint Target)
{
    /// <summary>The number or name that it dials, [service] in the scenario.</summary>
    public string Service { get; init; } = "9999";

    public string User { get; init; } = "1001";

    public string Password { get; init; } = "";

    public int Calls { get; init; } = 1;

    /// <summary>New calls a second.</summary>
    public int Rate { get; init; } = 10;

    public IPAddress Local { get; init; } = IPAddress.Loopback;

    /// <summary>0: one of our own range.</summary>
    public int LocalPort { get; init; }

    /// <summary>How long a scenario's pause without a length is.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The RTP port of the first call, four further for each later one. 0: one of our own range where nobody listens.</summary>
    public int MediaPort { get; init; }

    public bool Tcp { get; init; }

    public IReadOnlyDictionary<string, string> Keys { get; init; } = new Dictionary<string, string>();

    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(60);
}

/// <summary>How a run of sipp ended.</summary>
public sealed record SippResult(int ExitCode, int Successful, int Failed, int Retransmissions, string Messages, string Errors)
{
    public bool Succeeded(int calls) => ExitCode == 0 && Successful == calls && Failed == 0;

    public override string ToString() =>
        $"sipp ended with {ExitCode}: {Successful} calls right, {Failed} wrong\n{Last(Errors, 3000)}\n{Last(Messages, 6000)}";

    private static string Last(string text, int length) => text.Length <= length ? text : text[^length..];
}

/// <summary>sipp with one of the scenario files that stand beside the tests.</summary>
public static class Sipp
{
    public static async Task<SippResult> RunAsync(SippOptions options)
    {
        await using SippRun run = await StartAsync(options);
        return await run.ResultAsync();
    }

    /// <summary>Starts sipp and returns while it works, a server scenario as well as a calling one. Over UDP it has its port then: who calls a
    /// port that nobody has is told so at once.</summary>
    public static async Task<SippRun> StartAsync(SippOptions options)
    {
        TemporaryFolder folder = new();
        int port = options.LocalPort == 0 ? Ports.Sip() : options.LocalPort;
        int ports = options.MediaPort == 0 ? Math.Min(options.Calls, 50) : options.Calls, media = options.MediaPort == 0 ? Ports.Rtp(4 * ports) : options.MediaPort;
        string users = folder.File("users.csv"), scenario = folder.File(options.Scenario + ".xml");
        await File.WriteAllLinesAsync(scenario, Expand(options.Scenario + ".xml"));
        // One line for each call; sipp's own [media_port] would make sipp bind the port.
        await File.WriteAllLinesAsync(users, Enumerable.Range(0, options.Calls)
            .Select(n => $"{options.User};[authentication username={options.User} password={options.Password}];{media + 4 * (n % ports)}").Prepend("SEQUENTIAL"));
        List<string> arguments =
        [
            options.Target.ToString(), "-sf", scenario, "-inf", users,
            "-s", options.Service, "-i", options.Local.ToString(), "-p", Text(port), "-mi", options.Local.ToString(), "-mp", Text(Ports.Rtp(4)),
            "-m", Text(options.Calls), "-l", Text(options.Calls), "-r", Text(options.Rate), "-d", Text((int)options.Pause.TotalMilliseconds), "-t", options.Tcp ? "t1" : "u1",
            "-nostdin", "-trace_err", "-error_file", folder.File("errors.log"), "-trace_stat", "-stf", folder.File("statistics.csv"), "-fd", "1",
            "-timeout", Text((int)options.Limit.TotalSeconds), "-timeout_error", "-default_behaviors", "all,-bye",
        ];
        // A trace of thousands of calls would be the load.
        if (options.Calls <= 20) arguments.AddRange(["-trace_msg", "-message_file", folder.File("messages.log")]);
        foreach ((string key, string value) in options.Keys) arguments.AddRange(["-key", key, value]);
        ChildProcess process = ChildProcess.Start("sipp", arguments, folder: folder.Path, environment: new Dictionary<string, string> { ["TERM"] = "dumb" });
        var run = new SippRun(options, port, folder, process);
        if (!options.Tcp) await run.ListensAsync();
        return run;
    }

    /// <summary>sipp has no includes: a line "@include NAME" stands for the file NAME.part.</summary>
    private static IEnumerable<string> Expand(string file) =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "scenarios", file)).SelectMany(line =>
            line.StartsWith("@include ", StringComparison.Ordinal) ? Expand(line[9..].Trim() + ".part") : [line]);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>sipp at work.</summary>
public sealed class SippRun(SippOptions options, int port, TemporaryFolder folder, ChildProcess process) : IAsyncDisposable
{
    public int Port => port;

    public int ProcessId => process.Id;

    /// <summary>Waits until sipp has its UDP port, or has done with it.</summary>
    internal Task ListensAsync() => Clock.UntilAsync(async () =>
    {
        string port = string.Create(CultureInfo.InvariantCulture, $":{Port:X4} ");
        if (process.Exited.IsCompleted) return true;
        foreach (string table in (string[])["/proc/net/udp", "/proc/net/udp6"])
            if (File.Exists(table) && (await File.ReadAllTextAsync(table)).Contains(port, StringComparison.Ordinal)) return true;
        return false;
    }, 30, () => $"sipp does not listen on {Port}");

    /// <summary>Waits for sipp's end.</summary>
    public async Task<SippResult> ResultAsync()
    {
        int code = await process.Exited.WaitAsync(options.Limit + TimeSpan.FromSeconds(10));
        string errors = await ReadAsync("errors.log");
        if (code != 0 && errors.Length == 0) errors = process.Tail(30);
        Dictionary<string, string> last = await StatisticsAsync();
        return new SippResult(code, Count(last, "SuccessfulCall(C)"), Count(last, "FailedCall(C)"), Count(last, "Retransmissions(C)"),
            await ReadAsync("messages.log"), errors);
    }

    /// <summary>The messages so far, in and out.</summary>
    public Task<string> MessagesAsync() => ReadAsync("messages.log");

    public async ValueTask DisposeAsync()
    {
        await process.DisposeAsync();
        folder.Dispose();
    }

    private async Task<Dictionary<string, string>> StatisticsAsync()
    {
        string[] lines = (await ReadAsync("statistics.csv")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return lines.Length < 2 ? [] : lines[0].Split(';').Zip(lines[^1].Split(';')).DistinctBy(p => p.First).ToDictionary(p => p.First, p => p.Second);
    }

    private async Task<string> ReadAsync(string name) => File.Exists(folder.File(name)) ? await File.ReadAllTextAsync(folder.File(name)) : "";

    private static int Count(Dictionary<string, string> row, string column) =>
        row.TryGetValue(column, out string? text) && int.TryParse(text, CultureInfo.InvariantCulture, out int count) ? count : 0;
}
